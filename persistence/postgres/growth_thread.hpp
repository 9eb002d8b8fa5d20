#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/postgres/growth_bell.hpp>
#include <annals/persistence/postgres/settings.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace annals::postgres {

class connection;

/// A thread with a connection of its own, which hears by LISTEN that others have appended, and
/// tells them by NOTIFY that this process has. The writer's transactions are left alone: NOTIFY
/// makes all commits of a database that use it take turns. A connection that is lost is made again,
/// for ever; what was told meanwhile is made up for by asking for the end of the log.
class growth_thread : public growth_watch {
public:
  /// `where` and `bell` must outlive it.
  growth_thread(const settings& where, growth_bell& bell, growth_listener grown);
  ~growth_thread() override;

private:
  using clock = std::chrono::steady_clock;

  void run();
  void serve(connection& db);
  void hear(connection& db);
  void tell(connection& db, log_position position);
  void wait_at_most(clock::duration time);

  const settings& where_;
  growth_bell& bell_;
  growth_listener grown_;
  std::string channel_;
  // Until then the others are not told again, however often the bell rings.
  clock::time_point tell_after_{};
  std::thread thread_;
};

} // namespace annals::postgres
