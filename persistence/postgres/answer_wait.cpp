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
// While the store is being closed.
constexpr std::chrono::milliseconds last_silence{1000};

enum class heard { something, nothing, broken };

heard listen(pg_conn* db) {
  auto unsent = PQflush(db);
  if (unsent < 0)
    return heard::broken;
  pollfd line{PQsocket(db), static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), 0};
  auto ready = poll(&line, 1, glance_ms);
  if (ready < 0 && errno != EINTR)
    return heard::broken;
  // Also where nothing has come: what is encrypted may have been read and not taken yet.
  if (PQconsumeInput(db) != 1)
    return heard::broken;
  return ready > 0 ? heard::something : heard::nothing;
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
    const bool is_closing = now >= where.give_up_at->load(std::memory_order_relaxed);
    if (now - last < (is_closing ? last_silence : where.silence))
      continue;
    if (!is_there(where))
      give_up(where, is_closing ? "the store is being closed, and its server hangs"
                                : "the server hangs: it answers neither here nor on a new "
                                  "connection");
    last = steady::now();
  }
}

} // namespace annals::postgres
