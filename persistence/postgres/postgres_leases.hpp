#pragma once

#include <annals/persistence/lease_store.hpp>
#include <annals/persistence/postgres/session.hpp>

namespace annals::postgres {

/// The leases of a store in PostgreSQL, by a session of its own. Times are the server's
/// (`clock_timestamp()`), so that a client's clock does not matter. A lease changes hands under the
/// lock of the writers: an append that was let through under the old token has been committed by
/// then, or never will be.
class postgres_leases final : public lease_store {
public:
  /// `where` is copied. Connects when it is first asked; a call goes on for two seconds at most
  /// after the connection is lost.
  explicit postgres_leases(settings where);

  result<lease> acquire(const lease_claim& claim) override;
  result<lease> renew(const lease_claim& claim, std::uint64_t token) override;
  result<void> release(std::string_view name, std::uint64_t token) override;
  result<std::vector<lease>> list(std::string_view prefix) override;
  result<std::uint64_t> forget(std::string_view prefix, std::chrono::milliseconds out_for) override;
  result<timestamp> clock() override;

private:
  lease take(connection& db, const lease_claim& claim);

  const settings where_;
  const std::int64_t lock_;
  session session_;
};

} // namespace annals::postgres
