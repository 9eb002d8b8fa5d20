#pragma once

#include <annals/messages/registry.hpp>
#include <annals/messages/typed_projection.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/set.hpp>

namespace annals {

/// The aggregates and projections of an application: `annals::domain<account, balances>{}`. Turns
/// into the registry that nodes and command lines take.
template <class... Types>
  requires((aggregate<Types> || projection<Types>)&&...)
struct domain {
  operator registry() const {
    std::vector<aggregate_type> aggregates;
    std::vector<projection_type> projections;
    (describe<Types>(aggregates, projections), ...);
    return {std::move(aggregates), std::move(projections)};
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
                       std::vector<projection_type>& projections) {
    // A mistake in an aggregate would show up once more in each projection of its events.
    if constexpr (aggregate<T>)
      aggregates.push_back(detail::describe_aggregate<T>());
    else if constexpr (complete(aggregates_only{}))
      projections.push_back(detail::describe_projection<T, all_events>());
  }
};

} // namespace annals
