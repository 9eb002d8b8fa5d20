#pragma once

#include <annals/messages/registry.hpp>
#include <annals/messages/typed_joint.hpp>
#include <annals/messages/typed_process.hpp>
#include <annals/messages/typed_projection.hpp>
#include <annals/messages/upcaster_type.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/set.hpp>

namespace annals {

namespace detail {

template <class T>
concept domain_part = aggregate<T> || projection<T> || process_manager<T> || meant_to_upcast<
    T> || meant_as_command<T>;

} // namespace detail

/// The aggregates, joint commands, projections, process managers and upcasters of an application:
/// `annals::domain<account, transfer, balances, deposit_in_cents>{}`. Turns into the registry that
/// nodes and command lines take. A joint command has a `participants_of`, and a `decide` over the
/// states of its participants (`joint_decision`). An upcaster is a struct with two members:
///
///     static constexpr annals::event_name from{"bank.money_deposited", 1};
///     static annals::upcasted upcast(boost::json::object old);
///
/// `from` says what it takes: events, with a command_name commands in JSON, with an aggregate_name
/// the states of snapshots, with a process_manager_name those of processes. Instead of `upcasted`
/// it may return a value of the present type.
template <class... Types>
  requires(detail::domain_part<Types>&&...)
struct domain {
  operator registry() const {
    parts all;
    (describe<Types>(all), ...);
    (add_to_home<Types>(all.aggregates), ...);
    return {std::move(all.aggregates), std::move(all.projections), std::move(all.upcasters),
            std::move(all.processes)};
  }

private:
  struct parts {
    std::vector<aggregate_type> aggregates;
    std::vector<projection_type> projections;
    std::vector<upcaster_type> upcasters;
    std::vector<process_type> processes;
  };

  template <class T>
  using is_aggregate = std::bool_constant<aggregate<T>>;
  template <class T>
  using events_of = detail::as_mp_list_t<typename T::events>;
  using aggregates_only = boost::mp11::mp_filter<is_aggregate, boost::mp11::mp_list<Types...>>;
  using all_events = boost::mp11::mp_unique<boost::mp11::mp_flatten<
      boost::mp11::mp_transform<events_of, aggregates_only>, boost::mp11::mp_list<>>>;
  template <class T>
  using commands_of = boost::mp11::mp_transform_q<boost::mp11::mp_bind_front<detail::command_of, T>,
                                                  detail::as_mp_list_t<typename T::commands>>;
  using all_commands =
      boost::mp11::mp_flatten<boost::mp11::mp_transform<commands_of, aggregates_only>,
                              boost::mp11::mp_list<>>;

  template <class... Aggregates>
  static consteval bool complete(boost::mp11::mp_list<Aggregates...>) {
    return (detail::is_complete<Aggregates> && ...);
  }

  template <class T>
  static void describe(parts& all) {
    // A mistake in an aggregate would show up once more in each projection of its events.
    if constexpr (aggregate<T>) {
      all.aggregates.push_back(detail::describe_aggregate<T>());
    } else if constexpr (detail::meant_to_upcast<T>) {
      all.upcasters.push_back(detail::describe_upcaster<T>());
    } else if constexpr (projection<T>) {
      if constexpr (complete(aggregates_only{}))
        all.projections.push_back(detail::describe_projection<T, all_events>());
    } else if constexpr (process_manager<T>) {
      if constexpr (complete(aggregates_only{}))
        all.processes.push_back(detail::describe_process<T, all_events, all_commands>());
    }
  }

  template <class T>
  static void add_to_home(std::vector<aggregate_type>& aggregates) {
    if constexpr (!aggregate<
                      T> && !projection<T> && !process_manager<T> && !detail::meant_to_upcast<T>)
      if constexpr (detail::check_joint<T, aggregates_only>::good) {
        const auto& joint = detail::joint_type_of<T>();
        for (auto& home : aggregates)
          if (home.name == joint.aggregates.front()) {
            home.commands.push_back(joint.command);
            home.joints.push_back(&joint);
          }
      }
  }
};

} // namespace annals
