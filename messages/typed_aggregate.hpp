#pragma once

#include <annals/messages/aggregate_type.hpp>
#include <annals/messages/domain_checks.hpp>
#include <annals/messages/json.hpp>

#include <boost/mp11/algorithm.hpp>

#include <exception>
#include <type_traits>
#include <variant>

namespace annals::detail {

/// "… threw: what". Called inside a catch block.
failure threw(std::string_view what);

template <class List>
struct as_mp_list;
template <template <class...> class List, class... Types>
struct as_mp_list<List<Types...>> {
  using type = boost::mp11::mp_list<Types...>;
};
template <class List>
using as_mp_list_t = typename as_mp_list<List>::type;

/// Encodes an event behind those that are encoded already.
template <class Event>
result<void> encode_decided(std::vector<decided_event>& encoded, const Event& event) {
  // Events of a type are often of about one size: one allocation instead of one a doubling.
  static thread_local std::size_t last_size = 0;
  auto& next = encoded.emplace_back();
  next.type = &event_type_of<Event>();
  next.payload.reserve(last_size);
  auto written = append_json(next.payload, event);
  last_size = next.payload.size();
  return written;
}

/// An aggregate's functions behind the interface that the running system uses.
template <class Aggregate>
class typed_aggregate final : public aggregate_instance {
public:
  using commands = as_mp_list_t<typename Aggregate::commands>;
  using events = as_mp_list_t<typename Aggregate::events>;

  result<decided> decide(const command_body& body) override {
    result<decided> answer{failure{}};
    bool known = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, commands>>(
        [&]<class Command>(std::type_identity<Command>) {
          const auto& type = command_type_of<Command>();
          if (known || type.name != body.name())
            return;
          known = true;
          auto value = body.value_as(type);
          answer = value ? decide_guarded(*static_cast<const Command*>(value->get()))
                         : result<decided>{value.error()};
        });
    return answer;
  }

  result<void> evolve(const recorded_event& stored) override {
    result<void> answer = unknown_event(stored);
    bool known = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class Event>(std::type_identity<Event>) {
          if (known || Event::name.text() != stored.type)
            return;
          known = true;
          answer = evolve_guarded<Event>(stored);
        });
    return answer;
  }

  result<std::string> to_json() const override { return annals::to_json(state_); }

  result<void> from_json(std::string_view text) override {
    auto state = annals::from_json<Aggregate>(text);
    if (!state)
      return state.error();
    state_ = std::move(*state);
    return {};
  }

  const void* state() const noexcept override { return &state_; }

  /// Applies an event that a joint command has led to.
  template <class Event>
  void happened(const Event& event) {
    state_ = call_evolve(std::move(state_), event);
  }

private:
  template <class Command>
  result<decided> decide_guarded(const Command& command) {
    try {
      return settle(call_decide(std::as_const(state_), command));
    } catch (...) {
      return threw("deciding " + command_name_of<Command>());
    }
  }

  // Encodes everything before the first event changes the state, so that a value that cannot be
  // stored leaves the state alone.
  template <class... Events>
  result<decided> settle(decision<Events...> answer) {
    if (answer.rejected())
      return failure{errc::rejected, std::string{answer.reason()}};
    decided encoded;
    encoded.reservations = answer.reservations();
    encoded.events.reserve(answer.events().size());
    for (const auto& happened : answer.events()) {
      auto written = std::visit(
          [&](const auto& event) { return encode_decided(encoded.events, event); }, happened);
      if (!written)
        return written.error();
    }
    for (const auto& happened : answer.events())
      std::visit([&](const auto& event) { state_ = call_evolve(std::move(state_), event); },
                 happened);
    return encoded;
  }

  template <class Event>
  result<decided> settle(Event happened) {
    decided encoded;
    if (auto written = encode_decided(encoded.events, happened); !written)
      return written.error();
    state_ = call_evolve(std::move(state_), happened);
    return encoded;
  }

  result<decided> settle(const rejection& why) {
    return failure{errc::rejected, std::string{why.reason()}};
  }

  result<decided> settle(no_events_t) { return decided{}; }

  template <class Event>
  result<void> evolve_guarded(const recorded_event& stored) {
    auto event = decode_event<Event>(stored);
    if (!event)
      return event.error();
    try {
      state_ = call_evolve(std::move(state_), *event);
      return {};
    } catch (...) {
      return threw("evolving with " + describe(stored));
    }
  }

  Aggregate state_{};
};

template <class Aggregate, class... Commands, class... Events>
consteval bool checked(boost::mp11::mp_list<Commands...>, boost::mp11::mp_list<Events...>) {
  constexpr bool pairs = (check_command<Aggregate, Commands>::good && ...)
                         && (check_event<Aggregate, Events>::good && ...);
  if constexpr (pairs)
    return (check_emitted<Aggregate, Commands, boost::mp11::mp_list<Events...>>::good && ...);
  else
    return false;
}

/// Whether the domain has everything that `Aggregate` needs; reports what it lacks.
template <class Aggregate>
inline constexpr bool is_complete = checked<Aggregate>(as_mp_list_t<typename Aggregate::commands>{},
                                                       as_mp_list_t<typename Aggregate::events>{});

/// The description of an aggregate type; one readable error where the domain lacks something.
template <aggregate Aggregate>
aggregate_type describe_aggregate() {
  using commands = as_mp_list_t<typename Aggregate::commands>;
  using events = as_mp_list_t<typename Aggregate::events>;
  aggregate_type type;
  if constexpr (is_complete<Aggregate>) {
    type.name = Aggregate::name.text();
    type.schema_version = Aggregate::name.schema_version();
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, commands>>(
        [&]<class T>(std::type_identity<T>) { type.commands.push_back(&command_type_of<T>()); });
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class T>(std::type_identity<T>) { type.events.push_back(&event_type_of<T>()); });
    type.state_schema = [] { return schema_of<Aggregate>(); };
    type.make = []() -> std::unique_ptr<aggregate_instance> {
      return std::make_unique<typed_aggregate<Aggregate>>();
    };
  }
  return type;
}

} // namespace annals::detail
