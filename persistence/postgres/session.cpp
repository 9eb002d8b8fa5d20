#include <annals/persistence/postgres/session.hpp>

#include <annals/persistence/postgres/opening.hpp>

#include <algorithm>
#include <thread>

namespace annals::postgres {

namespace {

using namespace std::chrono_literals;

const statement end_session{"end_session", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                           "WHERE pid = $1 AND backend_start = $2::timestamptz"};

} // namespace

bool session::patience::wait() {
  auto now = std::chrono::steady_clock::now();
  if (!end_)
    end_ = now + where_.reconnect_timeout;
  auto end = std::min(*end_, where_.give_up_at->load(std::memory_order_relaxed));
  if (now >= end)
    return false;
  auto pause = std::min<std::chrono::steady_clock::duration>(next_, end - now);
  std::this_thread::sleep_for(pause);
  next_ = std::clamp(2 * next_, 10ms, 1000ms);
  return true;
}

connection& session::connected() {
  if (!db_) {
    // The first connection may yet be made, but none that was lost.
    if (lost_.process != 0
        && std::chrono::steady_clock::now() >= where_.give_up_at->load(std::memory_order_relaxed))
      throw connection_lost{server_failure(
          "08006", "the store is being closed while its server cannot be reached", where_.shown)};
    auto fresh = open_again(where_);
    end_lost_one(*fresh);
    db_ = std::move(fresh);
  }
  return *db_;
}

void session::drop() noexcept {
  if (db_)
    lost_ = db_->name();
  db_.reset();
}

// The server may not know yet that the old connection is gone: its session may still hold the lock
// of the writers, or be about to commit. When it has ended, what it did is settled.
void session::end_lost_one(connection& db) {
  if (lost_.process == 0)
    return;
  constexpr auto long_enough = 10s;
  auto give_up = std::chrono::steady_clock::now() + long_enough;
  call end{&end_session, arguments{}.add(lost_.process).add(std::string_view{lost_.began})};
  while (!db.run(end).empty()) {
    if (std::chrono::steady_clock::now() >= give_up)
      throw connection_lost{
          server_failure("08006", "an earlier session of this program does not end", where_.shown)};
    std::this_thread::sleep_for(2ms);
  }
  lost_ = {};
}

} // namespace annals::postgres
