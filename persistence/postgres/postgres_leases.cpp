#include <annals/persistence/postgres/postgres_leases.hpp>

#include <annals/persistence/at_port.hpp>
#include <annals/persistence/postgres/layout.hpp>

#include <algorithm>
#include <array>

namespace annals::postgres {

namespace {

#define ANNALS_LEASE_COLUMNS                                                                       \
  "name, owner, payload, token, "                                                                  \
  "ceil(extract(epoch FROM until - clock_timestamp()) * 1000)::bigint"

const statement take_turn_for_lease{"lease_turn", "SELECT pg_advisory_xact_lock($1)"};
const statement find_lease{"find_lease", "SELECT " ANNALS_LEASE_COLUMNS
                                         " FROM leases WHERE name = $1 FOR UPDATE"};
const statement put_lease{
    "put_lease", "INSERT INTO leases(name, owner, payload, token, until) "
                 "VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond') "
                 "ON CONFLICT (name) DO UPDATE SET owner = $2, payload = $3, token = $4, "
                 "until = clock_timestamp() + $5 * interval '1 millisecond' "
                 "RETURNING " ANNALS_LEASE_COLUMNS};
const statement renew_lease{
    "renew_lease", "UPDATE leases SET payload = $3, "
                   "until = clock_timestamp() + $5 * interval '1 millisecond' "
                   "WHERE name = $1 AND owner = $2 AND token = $4 RETURNING " ANNALS_LEASE_COLUMNS};
const statement release_lease{"release_lease", "UPDATE leases SET owner = '', token = token + 1 "
                                               "WHERE name = $1 AND token = $2"};
const statement list_leases{"list_leases", "SELECT " ANNALS_LEASE_COLUMNS
                                           " FROM leases WHERE starts_with(name, $1) AND "
                                           "owner <> '' ORDER BY name"};
const statement forget_leases{
    "forget_leases", "WITH gone AS (DELETE FROM leases WHERE starts_with(name, $1) AND "
                     "until + $2 * interval '1 millisecond' <= clock_timestamp() RETURNING 1) "
                     "SELECT count(*) FROM gone"};
const statement server_clock{"server_clock",
                             "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"};

lease row_as_lease(const row& found) {
  return {found.text(0), found.text(1), found.text(2), found.count(3),
          std::chrono::milliseconds{found.number(4)}};
}

arguments lease_arguments(const lease_claim& claim, std::uint64_t token) {
  arguments with;
  with.add(std::string_view{claim.name}).add(std::string_view{claim.owner});
  with.add(std::string_view{claim.payload}).add(token);
  return with.add(std::int64_t{claim.time_to_live.count()});
}

} // namespace

namespace {

// A lease that is renewed later has run out: better say that it failed, and look again.
settings impatient(settings where) {
  where.reconnect_timeout = std::min(where.reconnect_timeout, std::chrono::milliseconds{2000});
  where.lock_timeout = std::min(where.lock_timeout, std::chrono::milliseconds{1500});
  where.silence = std::chrono::milliseconds{1000};
  return where;
}

} // namespace

postgres_leases::postgres_leases(settings where)
    : where_{impatient(std::move(where))}, lock_{writer_lock(where_.schema)}, session_{where_} {}

result<lease> postgres_leases::acquire(const lease_claim& claim) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  return at_port(
      [&] { return session_.keep_trying([&](connection& db) { return take(db, claim); }); });
}

lease postgres_leases::take(connection& db, const lease_claim& claim) {
  transaction changes{db};
  std::array questions{call{&transaction::begin},
                       call{&take_turn_for_lease, arguments{}.add(lock_)},
                       call{&find_lease, arguments{}.add(std::string_view{claim.name})}};
  auto found = std::move(db.run(questions)[2]);
  std::uint64_t token = 1;
  if (!found.empty()) {
    auto held = row_as_lease(found[0]);
    if (held.owner != claim.owner && !held.owner.empty() && held.is_live())
      throw error{lease_held(claim.name, held.owner, held.left)};
    token = held.token + (held.owner != claim.owner ? 1 : 0);
  }
  std::array changing{call{&put_lease, lease_arguments(claim, token)}, call{&transaction::commit}};
  return row_as_lease(db.run(changing)[0][0]);
}

result<lease> postgres_leases::renew(const lease_claim& claim, std::uint64_t token) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  call made{&renew_lease, lease_arguments(claim, token)};
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      auto found = db.run(made);
      if (found.empty())
        throw error{lease_lost({claim.name, token})};
      return row_as_lease(found[0]);
    });
  });
}

result<void> postgres_leases::release(std::string_view name, std::uint64_t token) {
  return at_port([&] {
    session_.keep_trying([&](connection& db) {
      transaction changes{db};
      std::array calls{
          call{&transaction::begin}, call{&take_turn_for_lease, arguments{}.add(lock_)},
          call{&release_lease, arguments{}.add(name).add(token)}, call{&transaction::commit}};
      return db.run(calls).size();
    });
  });
}

result<std::vector<lease>> postgres_leases::list(std::string_view prefix) {
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      auto found = db.run({&list_leases, arguments{}.add(prefix)});
      std::vector<lease> all;
      for (int i = 0; i < found.size(); ++i)
        all.push_back(row_as_lease(found[i]));
      return all;
    });
  });
}

// Under the lock of those who take leases: none is forgotten while it is taken.
result<std::uint64_t> postgres_leases::forget(std::string_view prefix,
                                              std::chrono::milliseconds out_for) {
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      transaction changes{db};
      std::array calls{
          call{&transaction::begin}, call{&take_turn_for_lease, arguments{}.add(lock_)},
          call{&forget_leases, arguments{}.add(prefix).add(std::int64_t{out_for.count()})},
          call{&transaction::commit}};
      return db.run(calls)[2][0].count(0);
    });
  });
}

result<timestamp> postgres_leases::clock() {
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      return timestamp{timestamp::duration{db.run(call{&server_clock})[0].number(0)}};
    });
  });
}

} // namespace annals::postgres
