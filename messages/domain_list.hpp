#pragma once

#include <annals/messages/registry.hpp>
#include <annals/messages/typed_projection.hpp>
#include <annals/messages/upcaster_type.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/set.hpp>

namespace annals {

/// The aggregates, projections and upcasters of an application: `annals::domain<account, balances,
/// deposit_in_cents>{}`. Turns into the registry that nodes and command lines take. An upcaster is
/// a struct with two members:
///
///     static constexpr annals::event_name from{"bank.money_deposited", 1};
///     static annals::upcasted upcast(boost::json::object old);
///
/// `from` says what it takes: events, with a command_name commands in JSON, with an aggregate_name
/// the states of snapshots. Instead of `upcasted` it may return a value of the present type.
template <class... Types>
  requires((aggregate<Types> || projection<Types> || detail::meant_to_upcast<Types>)&&...)
struct domain {
  operator registry() const {
    std::vector<aggregate_type> aggregates;
    std::vector<projection_type> projections;
    std::vector<upcaster_type> upcasters;
    (describe<Types>(aggregates, projections, upcasters), ...);
    return {std::move(aggregates), std::move(projections), std::move(upcasters)};
  }

private:
  template <class T>
  using is_aggregate = std::bool_constant<aggregate<T>>;
  template <class T>
  using events_of = detail::as_mp_list_t<typename T::events>;
  using aggregates_only = boost::mp11::mp_filter<is_aggregate, boost::mp11::mp_list<Types...>>;
  using all_events = boost::mp11::mp_unique<boost::mp11::mp_flatten<
      boost::mp11::mp_transform<events_of, aggregates_only>, boost::mp11::mp_list<>>>;

  template <class... Aggregates>
  static consteval bool complete(boost::mp11::mp_list<Aggregates...>) {
    return (detail::is_complete<Aggregates> && ...);
  }

  template <class T>
  static void describe(std::vector<aggregate_type>& aggregates,
                       std::vector<projection_type>& projections,
                       std::vector<upcaster_type>& upcasters) {
    // A mistake in an aggregate would show up once more in each projection of its events.
    if constexpr (aggregate<T>)
      aggregates.push_back(detail::describe_aggregate<T>());
    else if constexpr (!projection<T>)
      upcasters.push_back(detail::describe_upcaster<T>());
    else if constexpr (complete(aggregates_only{}))
      projections.push_back(detail::describe_projection<T, all_events>());
  }
};

} // namespace annals
