#include <annals/actors/cluster/process_seat.hpp>

#include <annals/actors/leave_system.hpp>
#include <annals/actors/log.hpp>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

namespace annals {

namespace {

constexpr std::chrono::seconds longest_end{1};

} // namespace

void process_seat::begin() {
  auto spawned = spawn_();
  leave_system();
  if (spawned)
    runner_ = std::move(*spawned);
  else
    log().error("a process manager cannot be started: {}", to_string(spawned.error()));
}

void process_seat::end() {
  if (!runner_)
    return;
  {
    caf::scoped_actor self{system_};
    self->request(runner_, longest_end, finish{})
        .receive([](finished) {}, [](const caf::error&) {});
  }
  leave_system();
  caf::anon_send_exit(runner_, caf::exit_reason::user_shutdown);
  runner_ = nullptr;
}

} // namespace annals
