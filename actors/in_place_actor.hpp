#pragma once

#include <caf/actor_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/monitorable_actor.hpp>

namespace annals {

/// An actor with neither a mailbox nor a thread: it deals with a message in the sender's own call
/// of `enqueue`, as CAF's actor pools do, so that it costs no message and must not wait.
class in_place_actor : public caf::monitorable_actor {
public:
  explicit in_place_actor(caf::actor_config& config) : caf::monitorable_actor{config} {
    register_at_system();
  }

  void on_destroy() override {
    if (getf(is_cleaned_up_flag))
      return;
    quit(caf::exit_reason::unreachable, nullptr);
    caf::monitorable_actor::on_destroy();
  }

protected:
  /// Ends it, once; for an exit message, and when nobody has a handle of it any more.
  void quit(const caf::error& reason, caf::execution_unit* unit) {
    if (!cleanup(caf::error{reason}, unit))
      return;
    when_quitting();
    unregister_from_system();
  }

  /// What else ends with it.
  virtual void when_quitting() {}
};

} // namespace annals
