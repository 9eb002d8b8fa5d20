#include <annals/messages/registry.hpp>

#include <annals/messages/reacted.hpp>
#include <annals/messages/text.hpp>

#include <algorithm>
#include <set>

namespace annals {

namespace {

template <class Types>
auto find_by_name(const Types& types, std::string_view name) -> decltype(&types.front()) {
  auto found =
      std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.name == name; });
  return found == types.end() ? nullptr : &*found;
}

template <class Types>
std::string names_of(const Types& types) {
  std::string names;
  for (const auto& type : types)
    names += (names.empty() ? "" : ", ") + type.name;
  return names.empty() ? "none" : names;
}

// The first name that stands twice, or nothing.
template <class Types, class NameOf>
std::string_view first_twin(const Types& types, NameOf name_of) {
  std::set<std::string_view> seen;
  for (const auto& type : types)
    if (!seen.insert(name_of(type)).second)
      return name_of(type);
  return {};
}

failure twins(std::string_view kind, std::string_view name) {
  return {errc::invalid_argument, "two " + std::string{kind} + " of the domain have the name "
                                      + quoted(name) + "; give each a name of its own"};
}

} // namespace

registry::registry(std::vector<aggregate_type> aggregates, std::vector<projection_type> projections,
                   std::vector<upcaster_type> upcasters, std::vector<process_type> processes)
    : aggregates_{std::move(aggregates)}, projections_{std::move(projections)},
      processes_{std::move(processes)}, upcasters_{std::move(upcasters)} {
  std::set<const event_type*> seen;
  for (const auto& aggregate : aggregates_)
    seen.insert(aggregate.events.begin(), aggregate.events.end());
  for (const auto& projection : projections_)
    seen.insert(projection.events.begin(), projection.events.end());
  for (const auto& process : processes_)
    seen.insert(process.events.begin(), process.events.end());
  events_.assign(seen.begin(), seen.end());
  std::sort(events_.begin(), events_.end(),
            [](auto* left, auto* right) { return left->name < right->name; });
  for (const auto* type : events_)
    event_by_name_.emplace(type->name, type);
}

const aggregate_type* registry::find_aggregate(std::string_view name) const noexcept {
  return find_by_name(aggregates_, name);
}

const projection_type* registry::find_projection(std::string_view name) const noexcept {
  return find_by_name(projections_, name);
}

const process_type* registry::find_process(std::string_view name) const noexcept {
  return find_by_name(processes_, name);
}

const event_type* registry::find_event(std::string_view name) const noexcept {
  if (auto found = event_by_name_.find(name); found != event_by_name_.end())
    return found->second;
  // What process managers stored stays readable when the domain has none any more.
  for (const auto* own : framework_events())
    if (own->name == name)
      return own;
  return nullptr;
}

result<void> registry::check() const {
  auto own_name = [](const auto& type) { return std::string_view{type.name}; };
  auto target_name = [](const auto* type) { return std::string_view{type->name}; };
  if (auto name = first_twin(aggregates_, own_name); !name.empty())
    return twins("aggregates", name);
  if (auto name = first_twin(projections_, own_name); !name.empty())
    return twins("projections", name);
  if (auto good = check_processes(); !good)
    return good;
  if (auto name = first_twin(events_, target_name); !name.empty())
    return twins("event types", name);
  for (const auto& aggregate : aggregates_)
    if (auto name = first_twin(aggregate.commands, target_name); !name.empty())
      return twins("commands of the aggregate " + aggregate.name, name);
  return check_upcasters();
}

result<void> registry::check_processes() const {
  if (auto name =
          first_twin(processes_, [](const auto& type) { return std::string_view{type.name}; });
      !name.empty())
    return twins("process managers", name);
  for (const auto& process : processes_)
    if (find_aggregate(process.name) != nullptr) // their streams would be one
      return twins("types, an aggregate and a process manager,", process.name);
  for (const auto* own : framework_events())
    // A registry without a domain has no events at all.
    if (const auto* known = find_event(own->name); known != nullptr && known != own)
      return failure{errc::invalid_argument, "the event type " + quoted(own->name)
                                                 + " is the framework's own; give the domain's "
                                                   "another name"};
  return {};
}

result<void> registry::check_upcasters() const {
  if (const auto* twin = upcasters_.first_twin())
    return failure{errc::invalid_argument,
                   "the " + describe(*twin) + " and "
                       + upcasters_.find(twin->kind, twin->name, twin->schema_version)->label
                       + " take the same; leave one of them out of the domain"};
  for (const auto& upcaster : upcasters_.all()) {
    if (!is_older(upcaster))
      return failure{errc::invalid_argument,
                     "the " + describe(upcaster)
                         + " takes what is not older than the domain's own type; raise the schema "
                           "version in the type's name, or take an older one"};
    if (upcaster.kind == upcast_kind::state && !state_version(upcaster.name))
      return failure{errc::invalid_argument, "the " + describe(upcaster) + ": "
                                                 + unknown_aggregate(*this, upcaster.name).message};
  }
  return {};
}

std::optional<std::uint32_t> registry::state_version(std::string_view name) const {
  if (const auto* aggregate = find_aggregate(name))
    return aggregate->schema_version;
  if (const auto* process = find_process(name))
    return process->schema_version;
  return std::nullopt;
}

bool registry::is_older(const upcaster_type& upcaster) const {
  auto newer = [&](const auto* type) {
    return type == nullptr || upcaster.schema_version < type->schema_version;
  };
  if (upcaster.kind == upcast_kind::event)
    return newer(find_event(upcaster.name));
  if (upcaster.kind == upcast_kind::state)
    return upcaster.schema_version < state_version(upcaster.name).value_or(UINT32_MAX);
  return std::all_of(aggregates_.begin(), aggregates_.end(), [&](const auto& aggregate) {
    return newer(aggregate.find_command(upcaster.name));
  });
}

failure unknown_aggregate(const registry& domain, std::string_view name) {
  return {errc::unknown_aggregate, "the domain has no aggregate " + quoted(name) + "; it has "
                                       + names_of(domain.aggregates())};
}

failure unknown_projection(const registry& domain, std::string_view name) {
  return {errc::unknown_projection, "the domain has no projection " + quoted(name) + "; it has "
                                        + names_of(domain.projections())};
}

} // namespace annals
