#pragma once

#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>

#include <utility>

namespace annals {

/// An actor that takes no exit message, since other nodes know it, as the one who asks, and CAF
/// hands over what comes through the wire with whatever sender it claims to have. It ends by a
/// message of its own that cannot come from there.
template <class State, class Handle>
class unending_actor : public caf::stateful_actor<State, typename Handle::base> {
public:
  using caf::stateful_actor<State, typename Handle::base>::stateful_actor;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    if (!what->content().template match_elements<caf::exit_msg>())
      caf::stateful_actor<State, typename Handle::base>::enqueue(std::move(what), unit);
  }
};

} // namespace annals
