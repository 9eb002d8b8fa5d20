#pragma once

#include <annals/messages/command.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/typed_aggregate.hpp>

#include <boost/mp11/algorithm.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

namespace annals {

/// A command that a process manager sends: which instance of which aggregate, and the command. Its
/// ids are not the domain's business: they follow from what was reacted to, so that the same
/// reaction sends the same commands.
struct sent_command {
  /// The durable name of the aggregate type.
  std::string aggregate;
  /// The id of the aggregate instance.
  std::string id;
  command_body body;
};

/// A message that a process manager wants to get back later.
struct set_timer {
  /// How long after what was reacted to; 0 or more.
  std::chrono::milliseconds after{0};
  /// Comes back as `due<Message>`.
  command_body message;
};

/// A command for the instance `id` of `Aggregate`: `annals::to<account>("acc-2", deposit{30})`.
template <aggregate Aggregate, described Command>
sent_command to(std::string id, Command body) {
  using taken = detail::as_mp_list_t<typename Aggregate::commands>;
  static_assert(boost::mp11::mp_contains<taken, Command>::value,
                "annals: to<Aggregate>(id, command) needs a command of Aggregate::commands");
  return {std::string{Aggregate::name.text()}, std::move(id), command_body::of(std::move(body))};
}

/// What `react` returns: commands to send, timers to set, and whether the process has come to its
/// end; `return {};` does nothing. A value without effects: the system carries it out, the testing
/// kit looks at it. Not thread-safe.
class reaction {
public:
  reaction() = default;

  /// Sends commands, in this order: `return annals::to<account>("acc-2", deposit{30});`.
  template <std::same_as<sent_command>... More>
  reaction(sent_command first, More... more) {
    send(std::move(first));
    (send(std::move(more)), ...);
  }

  /// Sends a command, behind those before it.
  reaction& send(sent_command command) {
    commands_.push_back(std::move(command));
    return *this;
  }

  /// Has `message`, a described struct, handed to `react` as `due<Message>` after `length`.
  template <described Message>
  reaction& after(std::chrono::milliseconds length, Message message) {
    timers_.push_back({length, command_body::of(std::move(message))});
    return *this;
  }

  /// Ends the process: its timers are dropped and it reacts to nothing more.
  reaction& complete() {
    completes_ = true;
    return *this;
  }

  /// The commands to be sent, in order.
  const std::vector<sent_command>& commands() const noexcept { return commands_; }
  /// The timers to be set.
  const std::vector<set_timer>& timers() const noexcept { return timers_; }
  /// Whether the process ends with it.
  bool completes() const noexcept { return completes_; }

private:
  std::vector<sent_command> commands_;
  std::vector<set_timer> timers_;
  bool completes_ = false;
};

/// A timer that a process manager had set and whose time has come.
template <class Message>
struct due {
  Message message;
  /// When it was to come.
  timestamp time{};

  const Message* operator->() const noexcept { return &message; }
};

/// A command of a process manager that was not carried out: rejected by its aggregate, or given up
/// for another reason.
template <class Command>
struct refused {
  /// The id of the aggregate instance that it was for.
  std::string id;
  Command command;
  failure why;

  const Command* operator->() const noexcept { return &command; }
};

} // namespace annals
