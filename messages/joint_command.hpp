#pragma once

#include <annals/messages/command.hpp>
#include <annals/messages/joint_checks.hpp>
#include <annals/messages/reaction.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <string>
#include <utility>

namespace annals {

/// A joint command for its participants, addressed to its home: `command_for(transfer{…})`. Throws
/// what the domain's `participants_of` throws. Never blocks; any thread.
template <joint_command Command>
command command_for(Command body, command_options options = {}) {
  using home = boost::mp11::mp_first<detail::participants_type<Command>>;
  auto ids = detail::call_participants_of(body).ids();
  return command_for<home>(std::move(ids.front()), std::move(body), std::move(options));
}

/// A joint command that a process manager sends: `return annals::to(transfer{…});`.
template <joint_command Command>
sent_command to(Command body) {
  auto made = command_for(std::move(body));
  return {std::move(made.aggregate), std::move(made.id), std::move(made.body)};
}

} // namespace annals
