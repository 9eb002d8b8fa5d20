#include <annals/actors/cluster/process_seat.hpp>

#include <annals/actors/leave_system.hpp>
#include <annals/actors/log.hpp>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

namespace annals {

result<void> process_seat::begin() {
  auto spawned = spawn_();
  leave_system();
  if (!spawned)
    return spawned.error();
  runner_ = std::move(*spawned);
  return {};
}

void process_seat::end(std::chrono::milliseconds longest) {
  if (!runner_)
    return;
  {
    caf::scoped_actor self{system_};
    self->request(runner_, longest, finish{})
        .receive([](finished) {},
                 [&](const caf::error& why) {
                   log().warn("process manager {}: it had not finished after {} ms ({}); whoever "
                              "runs it next sends again what has no answer",
                              process_, longest.count(), to_string(to_failure(why)));
                 });
  }
  leave_system();
  caf::anon_send_exit(runner_, caf::exit_reason::user_shutdown);
  runner_ = nullptr;
}

} // namespace annals
