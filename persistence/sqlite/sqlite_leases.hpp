#pragma once

#include <annals/persistence/lease_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include <memory>

namespace annals::sqlite {

/// Whether what is written under a fence may be, in the caller's transaction. Throws
/// `annals::error`.
class fence_check {
public:
  explicit fence_check(connection& db);

  /// Gives `lease_lost`. One without a name is always good.
  result<void> check(const lease_fence& fence);

private:
  statement token_;
};

/// The leases of a store in an SQLite file, by a connection that may write. The clock is that of
/// the machine, which all who use the file share.
class sqlite_leases final : public lease_store {
public:
  /// Throws `annals::error`.
  explicit sqlite_leases(std::unique_ptr<connection> db);

  result<lease> acquire(const lease_claim& claim) override;
  result<lease> renew(const lease_claim& claim, std::uint64_t token) override;
  result<void> release(std::string_view name, std::uint64_t token) override;
  result<std::vector<lease>> list(std::string_view prefix) override;
  result<std::uint64_t> forget(std::string_view prefix, std::chrono::milliseconds out_for) override;
  result<timestamp> clock() override;

private:
  lease put(const lease_claim& claim, std::uint64_t token, timestamp at);

  std::unique_ptr<connection> db_;
  statement find_;
  statement put_;
  statement release_;
  statement forget_;
  statement list_;
};

} // namespace annals::sqlite
