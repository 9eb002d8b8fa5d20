#pragma once

#include <annals/messages/aggregate_type.hpp>
#include <annals/messages/projection_type.hpp>

#include <string_view>
#include <vector>

namespace annals {

/// All types of a domain by their durable names. An ordinary value that the application makes
/// from `annals::domain<…>` and hands to a node or a command line; there is no global one.
class registry {
public:
  registry() = default;
  registry(std::vector<aggregate_type> aggregates, std::vector<projection_type> projections);

  const std::vector<aggregate_type>& aggregates() const noexcept { return aggregates_; }
  const std::vector<projection_type>& projections() const noexcept { return projections_; }
  /// Each event type once, in order of name.
  const std::vector<const event_type*>& events() const noexcept { return events_; }

  /// Null where there is none of that name.
  const aggregate_type* find_aggregate(std::string_view name) const noexcept;
  const projection_type* find_projection(std::string_view name) const noexcept;
  const event_type* find_event(std::string_view name) const noexcept;

  /// Whether the domain has no types at all, as that of a program that only opens stores.
  bool empty() const noexcept { return aggregates_.empty() && projections_.empty(); }

  /// Whether each name stands for one type only. Gives `invalid_argument` naming the first that
  /// does not.
  result<void> check() const;

private:
  std::vector<aggregate_type> aggregates_;
  std::vector<projection_type> projections_;
  std::vector<const event_type*> events_;
};

/// The failures for names that the domain does not have; they list those that it has.
failure unknown_aggregate(const registry& domain, std::string_view name);
failure unknown_projection(const registry& domain, std::string_view name);

} // namespace annals
