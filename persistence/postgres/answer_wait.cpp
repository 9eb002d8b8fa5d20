#include <annals/persistence/postgres/answer_wait.hpp>

#include <annals/persistence/postgres/libpq_parameters.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

#include <libpq-fe.h>

#include <cerrno>

#include <poll.h>

namespace annals::postgres {

namespace {

using steady = std::chrono::steady_clock;

// How often it is looked whether the store is being closed.
constexpr int glance_ms = 100;
// What a server that is well may take for a statement, or for the lock of the writers.
constexpr std::chrono::seconds last_silence{1};

enum class heard { something, nothing, broken };

heard listen(pg_conn* db) {
  auto unsent = PQflush(db);
  if (unsent < 0)
    return heard::broken;
  pollfd line{PQsocket(db), static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), 0};
  auto ready = poll(&line, 1, glance_ms);
  if (ready < 0 && errno != EINTR)
    return heard::broken;
  if (ready <= 0)
    return heard::nothing;
  return PQconsumeInput(db) == 1 ? heard::something : heard::broken;
}

[[noreturn]] void give_up(const settings& where, const char* why) {
  throw connection_lost{server_failure("08006", why, where.shown)};
}

bool is_there(const settings& where) {
  const auto given = libpq_parameters{where};
  auto said = PQpingParams(given.keywords(), given.values(), 0);
  return said == PQPING_OK || said == PQPING_REJECT;
}

} // namespace

void wait_for_answer(pg_conn* db, const settings& where) {
  auto last = steady::now();
  while (PQisBusy(db) == 1) {
    auto now = steady::now();
    switch (listen(db)) {
      case heard::broken: return; // PQgetResult knows more of it
      case heard::something: last = now; continue;
      case heard::nothing: break;
    }
    if (now - last >= last_silence && now >= where.give_up_at->load(std::memory_order_relaxed))
      give_up(where, "the store is being closed, and no answer has come");
    if (now - last < where.silence)
      continue;
    if (!is_there(where))
      give_up(where, "the server hangs: it answers neither here nor on a new connection");
    last = steady::now();
  }
}

} // namespace annals::postgres
