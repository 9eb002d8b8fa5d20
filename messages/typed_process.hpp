#pragma once

#include <annals/messages/process_manager.hpp>
#include <annals/messages/process_type.hpp>
#include <annals/messages/thrown.hpp>
#include <annals/messages/typed_projection.hpp>

#include <boost/mp11/algorithm.hpp>

#include <utility>

namespace annals::detail {

/// A command of an aggregate, for what is refused.
template <class Aggregate, class Command>
struct command_of {
  using aggregate = Aggregate;
  using command = Command;
};

template <class Process, class Event>
struct check_listed_reaction {
  static constexpr bool good = reacts<Process, recorded<Event>>;
  static_assert(good, "annals: there is no react(Process&, const annals::recorded<Event>&) that "
                      "returns an annals::reaction for an Event that Process::events lists: write "
                      "one in the namespace of the process manager");
};

template <class Process, class Timer>
struct check_timer {
  static constexpr bool good = reacts<Process, due<Timer>>;
  static_assert(good, "annals: there is no react(Process&, const annals::due<Timer>&) that returns "
                      "an annals::reaction for a Timer that Process::timers lists: write one in "
                      "the namespace of the process manager");
};

template <class Process, class Events>
struct check_process {
  static constexpr bool good = boost::mp11::mp_size<Events>::value > 0;
  static_assert(good, "annals: this Process has no react(Process&, const annals::recorded<Event>&) "
                      "for any event of the domain, and so would never begin: write one in the "
                      "namespace of the process manager");
};

template <class Process>
struct reacts_to_event {
  template <class Event>
  using fn = std::bool_constant<reacts<Process, recorded<Event>>>;
};

template <class Process>
struct reacts_to_refusal {
  template <class CommandOf>
  using fn = std::bool_constant<reacts<Process, refused<typename CommandOf::command>>>;
};

template <class Process, class DomainEvents>
struct process_events {
  using type = boost::mp11::mp_filter_q<reacts_to_event<Process>, DomainEvents>;
  static constexpr bool good = check_process<Process, type>::good;
};

template <class Process, class... Events>
consteval bool checked_reactions(boost::mp11::mp_list<Events...>) {
  return (check_listed_reaction<Process, Events>::good && ...);
}

// A process manager that lists its events must have a `react` for each of them.
template <class Process, class DomainEvents>
  requires requires { typename Process::events; }
struct process_events<Process, DomainEvents> {
  using type = as_mp_list_t<typename Process::events>;
  static constexpr bool good = checked_reactions<Process>(type{});
};

template <class Process>
struct process_timers {
  using type = boost::mp11::mp_list<>;
};
template <class Process>
  requires requires { typename Process::timers; }
struct process_timers<Process> {
  using type = as_mp_list_t<typename Process::timers>;
};

/// Whether the process manager lists a timer whose messages have that name.
template <class Process>
bool lists_timer(std::string_view name) {
  bool listed = false;
  boost::mp11::mp_for_each<
      boost::mp11::mp_transform<std::type_identity, typename process_timers<Process>::type>>(
      [&]<class Message>(std::type_identity<Message>) {
        listed = listed || command_type_of<Message>().name == name;
      });
  return listed;
}

template <class Process, class... Timers>
consteval bool checked_timers(boost::mp11::mp_list<Timers...>) {
  return (check_timer<Process, Timers>::good && ...);
}

/// A process manager's functions behind the interface that the running system uses.
template <class Process, class Events, class Timers, class Refusals>
class typed_process final : public process_instance {
public:
  result<reaction> react(const recorded_event& stored) override {
    result<reaction> answer = reaction{};
    each<Events>([&]<class Event>(std::type_identity<Event>) {
      if (Event::name.text() != stored.type)
        return false;
      auto event = decode_event<Event>(stored);
      if (!event)
        answer = event.error();
      else
        answer =
            guarded(describe(stored), recorded<Event>{event_info_of(stored), std::move(*event)});
      return true;
    });
    return answer;
  }

  result<reaction> react(const refused_command& command) override {
    auto what = "the refusal of the command " + std::string{command.body.name()} + " to "
                + command.aggregate + " " + command.id;
    result<reaction> answer = nothing_for(what);
    each<Refusals>([&]<class CommandOf>(std::type_identity<CommandOf>) {
      using Command = typename CommandOf::command;
      const auto& type = command_type_of<Command>();
      if (CommandOf::aggregate::name.text() != command.aggregate
          || type.name != command.body.name())
        return false;
      auto value = command.body.value_as(type);
      if (!value)
        answer = value.error();
      else
        answer =
            guarded(what, refused<Command>{command.id, *static_cast<const Command*>(value->get()),
                                           command.why});
      return true;
    });
    return answer;
  }

  result<reaction> react(const due_timer& timer) override {
    auto what = "the timer " + std::string{timer.message.name()};
    result<reaction> answer = nothing_for(what);
    each<Timers>([&]<class Message>(std::type_identity<Message>) {
      const auto& type = command_type_of<Message>();
      if (type.name != timer.message.name())
        return false;
      auto value = timer.message.value_as(type);
      if (!value)
        answer = value.error();
      else
        answer =
            guarded(what, due<Message>{*static_cast<const Message*>(value->get()), timer.time});
      return true;
    });
    return answer;
  }

  result<std::string> to_json() const override { return annals::to_json(state_); }

  result<void> from_json(std::string_view text, std::uint32_t written) override {
    auto state = annals::from_json<Process>(text, unknown_members::ignore,
                                            missing_at(written, Process::name.schema_version()));
    if (!state)
      return state.error();
    state_ = std::move(*state);
    return {};
  }

  const void* state() const noexcept override { return &state_; }

private:
  // Until one says that it was the one.
  template <class Types, class Visit>
  static void each(Visit visit) {
    bool found = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Types>>(
        [&](auto type) { found = found || visit(type); });
  }

  static failure nothing_for(const std::string& what) {
    return {errc::invalid_argument, "the process manager " + std::string{Process::name.text()}
                                        + " has no react for " + what};
  }

  template <class Input>
  result<reaction> guarded(const std::string& what, const Input& input) {
    try {
      return check_timers(call_react(state_, input), what);
    } catch (...) {
      return threw("reacting to " + what);
    }
  }

  static result<reaction> check_timers(reaction made, const std::string& what) {
    for (const auto& timer : made.timers())
      if (!lists_timer<Process>(timer.message.name()))
        return failure{errc::invalid_argument,
                       "reacting to " + what + ", the process manager "
                           + std::string{Process::name.text()} + " set a timer "
                           + std::string{timer.message.name()}
                           + " that is not in its list: using timers = annals::timers<…>"};
    return made;
  }

  Process state_{};
};

/// The description of a type of process manager; one readable error where the domain lacks
/// something.
template <process_manager Process, class DomainEvents, class DomainCommands>
process_type describe_process() {
  using with_events = process_events<Process, DomainEvents>;
  using timers = typename process_timers<Process>::type;
  using refusals = boost::mp11::mp_filter_q<reacts_to_refusal<Process>, DomainCommands>;
  process_type type;
  if constexpr (with_events::good && checked_timers<Process>(timers{})) {
    using events = typename with_events::type;
    type.name = Process::name.text();
    type.schema_version = Process::name.schema_version();
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class T>(std::type_identity<T>) { type.events.push_back(&event_type_of<T>()); });
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, timers>>(
        [&]<class T>(std::type_identity<T>) { type.timers.push_back(&command_type_of<T>()); });
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, refusals>>(
        [&]<class T>(std::type_identity<T>) {
          type.refusals.push_back(
              {std::string{T::aggregate::name.text()}, &command_type_of<typename T::command>()});
        });
    type.state_schema = [] { return schema_of<Process>(); };
    type.make = []() -> std::unique_ptr<process_instance> {
      return std::make_unique<typed_process<Process, events, timers, refusals>>();
    };
  }
  return type;
}

} // namespace annals::detail
