#pragma once

#include <annals/messages/aggregate_type.hpp>
#include <annals/messages/present_events.hpp>
#include <annals/messages/process_type.hpp>
#include <annals/messages/projection_type.hpp>
#include <annals/messages/upcasters.hpp>

#include <string_view>
#include <unordered_map>
#include <vector>

namespace annals {

/// All types of a domain by their durable names. An ordinary value that the application makes
/// from `annals::domain<…>` and hands to a node or a command line; there is no global one.
class registry {
public:
  registry() = default;
  registry(std::vector<aggregate_type> aggregates, std::vector<projection_type> projections,
           std::vector<upcaster_type> upcasters = {}, std::vector<process_type> processes = {});

  const std::vector<aggregate_type>& aggregates() const noexcept { return aggregates_; }
  const std::vector<projection_type>& projections() const noexcept { return projections_; }
  const std::vector<process_type>& processes() const noexcept { return processes_; }
  /// Each event type of the domain once, in order of name.
  const std::vector<const event_type*>& events() const noexcept { return events_; }

  const annals::upcasters& upcasters() const noexcept { return upcasters_; }

  /// Null where there is none of that name.
  const aggregate_type* find_aggregate(std::string_view name) const noexcept;
  const projection_type* find_projection(std::string_view name) const noexcept;
  const process_type* find_process(std::string_view name) const noexcept;
  /// Also the framework's own.
  const event_type* find_event(std::string_view name) const noexcept;

  /// Whether the domain has no types at all, as that of a program that only opens stores.
  bool empty() const noexcept { return aggregates_.empty() && projections_.empty(); }

  /// Whether each name stands for one type only, and each upcaster takes something that is older
  /// than what the domain has and that no other takes. Gives `invalid_argument` naming the first
  /// that does not.
  result<void> check() const;

  // What is stored and sent, in the form that the domain has today (upcasting.cpp). None of these
  // blocks, but for the domain's own code; any thread.

  /// The events that a stored event stands for. An event at its type's schema version comes back
  /// as it is, as does an older one without an upcaster: the members that it lacks then take their
  /// defaults. Of several, each has been decoded once, so that none is applied where one fails.
  /// Gives `unknown_event_type`, `undecodable` or `domain_threw`, naming type, stream and position.
  result<present_events> in_present_form(const recorded_event& stored) const;

  /// Whether a stored event, as what it stands for, can be decoded; otherwise as above.
  result<void> check_event(const recorded_event& stored) const;

  /// Evolves `instance` with what `stored` stands for, which may be nothing; otherwise as
  /// `aggregate_instance::evolve`.
  result<void> evolve(aggregate_instance& instance, const recorded_event& stored) const;

  /// Projects what `stored` stands for. Unlike `projection_instance::project` it gives
  /// `unknown_event_type` for an event that the domain does not know. Where it fails, `touched`
  /// says whether the model may have been changed by half.
  result<void> project(projection_instance& instance, const recorded_event& stored,
                       bool* touched = nullptr) const;

  /// A stored state of `type` at its present schema version: the text itself, or what upcasters
  /// make of it. Gives `undecodable` or `domain_threw`, also where there is no upcaster: a snapshot
  /// is then of no use, and the stream is replayed.
  result<std::string> present_state(const aggregate_type& type, std::uint32_t stored_schema,
                                    std::string_view json) const;

  /// Puts a stored state of a process manager in place of `instance`'s: through upcasters, or an
  /// older one as it is, where the members that it lacks take their defaults. Gives `undecodable`
  /// or `domain_threw`; the state of `instance` is then unchanged.
  result<void> restore(process_instance& instance, const process_type& type,
                       std::uint32_t stored_schema, std::string_view json) const;

  /// A command for `type` that `type` takes: the body as it is, or what upcasters make of its JSON.
  /// An older one without an upcaster comes back as it is: the members that it lacks take their
  /// defaults when it is decoded. Gives `unknown_command`; `invalid_command`, also for a newer
  /// schema version than is known; or `domain_threw`.
  result<command_body> present_command(const aggregate_type& type, command_body body) const;

private:
  result<present_events> upcast(const recorded_event& stored) const;
  result<void> check_processes() const;
  result<void> check_upcasters() const;
  bool is_older(const upcaster_type& upcaster) const;
  result<std::string> upcast_state(std::string_view name, std::uint32_t schema_version,
                                   std::uint32_t stored_schema, std::string_view json) const;
  std::optional<std::uint32_t> state_version(std::string_view name) const;

  std::vector<aggregate_type> aggregates_;
  std::vector<projection_type> projections_;
  std::vector<process_type> processes_;
  std::vector<const event_type*> events_;
  // The names are those of the types, which outlive every registry.
  std::unordered_map<std::string_view, const event_type*> event_by_name_;
  annals::upcasters upcasters_;
};

/// The failures for names that the domain does not have; they list those that it has.
failure unknown_aggregate(const registry& domain, std::string_view name);
failure unknown_projection(const registry& domain, std::string_view name);

} // namespace annals
