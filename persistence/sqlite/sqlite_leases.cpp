#include <annals/persistence/sqlite/sqlite_leases.hpp>

#include <annals/persistence/at_port.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

namespace annals::sqlite {

namespace {

std::int64_t to_micros(timestamp at) { return at.time_since_epoch().count(); }

std::chrono::milliseconds left_until(std::int64_t until, timestamp at) {
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::microseconds{until - to_micros(at)});
}

lease row_as_lease(const rows& row, timestamp at) {
  return {std::string{row.text(0)}, std::string{row.text(1)}, std::string{row.text(2)},
          row.count(3), left_until(row.number(4), at)};
}

} // namespace

fence_check::fence_check(connection& db)
    : token_{db, "SELECT 1 FROM leases WHERE name = ?1 AND token = ?2"} {}

result<void> fence_check::check(const lease_fence& fence) {
  if (fence.empty())
    return {};
  auto found = token_.run(fence.name, fence.token);
  if (!found.next())
    return lease_lost(fence);
  return {};
}

sqlite_leases::sqlite_leases(std::unique_ptr<connection> db)
    : db_{std::move(db)}, find_{*db_, "SELECT name, owner, payload, token, until FROM leases "
                                      "WHERE name = ?1"},
      put_{*db_, "INSERT INTO leases(name, owner, payload, token, until) VALUES (?1, ?2, ?3, ?4, "
                 "?5) ON CONFLICT(name) DO UPDATE SET owner = ?2, payload = ?3, token = ?4, "
                 "until = ?5"},
      release_{*db_, "UPDATE leases SET owner = '', token = token + 1 WHERE name = ?1 AND "
                     "token = ?2"},
      forget_{*db_, "DELETE FROM leases WHERE substr(name, 1, length(?1)) = ?1 AND until <= ?2"},
      list_{*db_, "SELECT name, owner, payload, token, until FROM leases WHERE "
                  "substr(name, 1, length(?1)) = ?1 AND owner <> '' ORDER BY name"} {}

result<lease> sqlite_leases::acquire(const lease_claim& claim) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  return at_port([&] {
    transaction changes{*db_};
    auto at = now();
    std::uint64_t token = 1;
    {
      auto found = find_.run(claim.name);
      if (found.next()) {
        auto held = row_as_lease(found, at);
        if (held.owner != claim.owner && !held.owner.empty() && held.is_live())
          throw error{lease_held(claim.name, held.owner, held.left)};
        token = held.token + (held.owner != claim.owner ? 1 : 0);
      }
    }
    auto put_down = put(claim, token, at);
    changes.commit();
    return put_down;
  });
}

result<lease> sqlite_leases::renew(const lease_claim& claim, std::uint64_t token) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  return at_port([&] {
    transaction changes{*db_};
    auto at = now();
    {
      auto found = find_.run(claim.name);
      if (!found.next() || found.count(3) != token || found.text(1) != claim.owner)
        throw error{lease_lost({claim.name, token})};
    }
    auto put_down = put(claim, token, at);
    changes.commit();
    return put_down;
  });
}

lease sqlite_leases::put(const lease_claim& claim, std::uint64_t token, timestamp at) {
  put_.execute(claim.name, claim.owner, claim.payload, token,
               to_micros(at) + std::chrono::microseconds{claim.time_to_live}.count());
  return {claim.name, claim.owner, claim.payload, token, claim.time_to_live};
}

result<void> sqlite_leases::release(std::string_view name, std::uint64_t token) {
  return at_port([&] {
    transaction changes{*db_};
    release_.execute(name, token);
    changes.commit();
  });
}

result<std::vector<lease>> sqlite_leases::list(std::string_view prefix) {
  return at_port([&] {
    auto at = now();
    std::vector<lease> all;
    auto found = list_.run(prefix);
    while (found.next())
      all.push_back(row_as_lease(found, at));
    return all;
  });
}

result<std::uint64_t> sqlite_leases::forget(std::string_view prefix,
                                            std::chrono::milliseconds out_for) {
  return at_port([&] {
    transaction changes{*db_};
    forget_.execute(prefix, to_micros(now() - out_for));
    auto forgotten = static_cast<std::uint64_t>(db_->rows_changed());
    changes.commit();
    return forgotten;
  });
}

result<timestamp> sqlite_leases::clock() { return now(); }

} // namespace annals::sqlite
