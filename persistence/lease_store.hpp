#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/time.hpp>
#include <annals/persistence/lease.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// What is asked for: a name that one owner at a time may have, for a while.
struct lease_claim {
  /// What the lease is of, such as "node/north"; not empty, at most 1,200 bytes.
  std::string name;
  /// Who wants it: not empty, and not the same for two that must be told apart.
  std::string owner;
  /// What the owner tells those who look, such as its address.
  std::string payload;
  /// How long it holds from now on, unless it is renewed; more than 0.
  std::chrono::milliseconds time_to_live{3000};
};

/// A lease as the store has it.
struct lease {
  std::string name;
  std::string owner;
  std::string payload;
  /// Grows each time the lease changes hands, also when it is given back; 1 or more.
  std::uint64_t token = 0;
  /// How long it still held when the store was asked; 0 or less where it has run out, and nobody
  /// has taken it since.
  std::chrono::milliseconds left{0};

  bool is_live() const noexcept { return left.count() > 0; }
  lease_fence fence() const { return {name, token}; }
  bool operator==(const lease&) const = default;
};

/// Leases in a store that several processes share (C. Gray and D. Cheriton, "Leases", 1989), with
/// fencing tokens. All times are the store's own: PostgreSQL's clock, or for a file the clock of
/// the machine that all its users run on. Every call blocks until the store has answered. One
/// object serves one thread at a time; it has a connection of its own, so that a renewal waits for
/// no append. Failures beside those that are named: as of `event_store::append`.
class lease_store {
public:
  virtual ~lease_store() = default;

  /// Takes the lease where it is free, has run out, or is this owner's already; the token stays
  /// the same where it is this owner's. Gives `lease_held`, naming the owner and the time left, and
  /// `invalid_argument`.
  virtual result<lease> acquire(const lease_claim& claim) = 0;

  /// As `acquire`, for a lease that this owner took under `token`, also where it has run out
  /// meanwhile and nobody took it. Gives `lease_lost` where it has changed hands.
  virtual result<lease> renew(const lease_claim& claim, std::uint64_t token) = 0;

  /// Gives the lease back: from now on it is free, and what is written under `token` is refused.
  /// Does nothing where it has changed hands already.
  virtual result<void> release(std::string_view name, std::uint64_t token) = 0;

  /// The leases whose names begin with `prefix` and that have an owner, in byte order of their
  /// names; those that have run out are among them.
  virtual result<std::vector<lease>> list(std::string_view prefix) = 0;

  /// Forgets the leases whose names begin with `prefix` and whose time ran out at least `out_for`
  /// ago, also where they were given back before; how many. Whoever takes such a name next begins
  /// with token 1 again: only for names under which nothing is written, and for a time in which
  /// every former owner has noticed. A store need not forget any.
  virtual result<std::uint64_t> forget(std::string_view prefix, std::chrono::milliseconds out_for) {
    (void)prefix, (void)out_for;
    return std::uint64_t{0};
  }

  /// The store's own present time.
  virtual result<timestamp> clock() = 0;
};

/// What every store asks of a claim before it looks. Gives `invalid_argument`.
result<void> check_claim(const lease_claim& claim);

// Refusals in the same words on every store.

/// Another owner has the lease, for `left` more.
failure lease_held(std::string_view name, std::string_view owner, std::chrono::milliseconds left);

/// The lease has changed hands since it was taken under this token.
failure lease_lost(const lease_fence& fence);

} // namespace annals
