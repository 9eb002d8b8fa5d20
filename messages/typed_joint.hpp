#pragma once

#include <annals/messages/joint_checks.hpp>
#include <annals/messages/joint_type.hpp>
#include <annals/messages/typed_aggregate.hpp>

#include <iterator>
#include <utility>

namespace annals::detail {

/// A joint command's functions behind the interface that the running system uses.
template <class Command, class List>
struct typed_joint;
template <class Command, class Home, class... Others>
struct typed_joint<Command, participants<Home, Others...>> {
  static std::vector<std::string_view> aggregates() {
    return {Home::name.text(), Others::name.text()...};
  }

  static result<std::vector<std::string>> ids(const void* command) {
    try {
      auto all = call_participants_of(*static_cast<const Command*>(command)).ids();
      return std::vector<std::string>{std::make_move_iterator(all.begin()),
                                      std::make_move_iterator(all.end())};
    } catch (...) {
      return threw("participants_of " + command_name_of<Command>());
    }
  }

  static result<std::vector<decided>> decide(std::span<aggregate_instance* const> instances,
                                             const void* command) {
    try {
      return settle(instances, *static_cast<const Command*>(command),
                    std::index_sequence_for<Home, Others...>{});
    } catch (...) {
      return threw("deciding " + command_name_of<Command>());
    }
  }

private:
  using types = boost::mp11::mp_list<Home, Others...>;

  template <std::size_t... Is>
  static result<std::vector<decided>> settle(std::span<aggregate_instance* const> instances,
                                             const Command& command, std::index_sequence<Is...>) {
    joint_decision<Home, Others...> answer = call_decide_jointly(
        command, *static_cast<const boost::mp11::mp_at_c<types, Is>*>(instances[Is]->state())...);
    if (answer.rejected())
      return failure{errc::rejected, std::string{answer.reason()}};
    std::vector<decided> all(sizeof...(Is));
    result<void> written;
    (void)((written = encode(all[Is].events, answer.template part<Is>())).has_value() && ...);
    if (!written)
      return written.error();
    all.front().reservations = answer.reservations();
    auto& home = static_cast<typed_aggregate<Home>&>(*instances.front());
    for (const auto& happened : answer.template part<0>().events())
      std::visit([&](const auto& event) { home.happened(event); }, happened);
    return all;
  }

  template <class Aggregate>
  static result<void> encode(std::vector<decided_event>& encoded,
                             const joint_part<Aggregate>& part) {
    encoded.reserve(part.events().size());
    for (const auto& happened : part.events()) {
      auto written =
          std::visit([&](const auto& event) { return encode_decided(encoded, event); }, happened);
      if (!written)
        return written;
    }
    return {};
  }
};

/// The one description of a joint command type in this program.
template <joint_command Command>
const joint_type& joint_type_of() {
  using typed = typed_joint<Command, participants_type<Command>>;
  static const joint_type type{&command_type_of<Command>(), typed::aggregates(), &typed::ids,
                               &typed::decide};
  return type;
}

} // namespace annals::detail
