#include <annals/messages/registry.hpp>

#include <boost/json/serialize.hpp>

namespace annals {

namespace {

failure at(const recorded_event& stored, const failure& why) {
  return {why.code, describe(stored) + ": " + why.message};
}

recorded_event with_form(const recorded_event& stored, const upcast_form& form) {
  recorded_event made = stored;
  made.type = form.name;
  made.schema_version = form.schema_version;
  made.payload = boost::json::serialize(form.json);
  return made;
}

template <class Type>
std::optional<std::uint32_t> version_of(const Type* type) {
  return type != nullptr ? std::optional{type->schema_version} : std::nullopt;
}

} // namespace

// Replays go through here with each event: what is known at its schema version costs one look-up.
result<present_events> registry::in_present_form(const recorded_event& stored) const {
  const auto* type = find_event(stored.type);
  if (type != nullptr && stored.schema_version == type->schema_version)
    return present_events{stored};
  if (upcasters_.find(upcast_kind::event, stored.type, stored.schema_version) != nullptr)
    return upcast(stored);
  if (type != nullptr) {
    if (auto fits = check_schema_version(stored, type->schema_version); !fits)
      return fits.error();
    return present_events{stored};
  }
  if (upcasters_.take(upcast_kind::event, stored.type))
    return failure{errc::unknown_event_type,
                   describe(stored) + " has schema version " + std::to_string(stored.schema_version)
                       + " of a type that this domain knows only from upcasters, and none of them "
                         "takes that schema version; add one that does"};
  return unknown_event(stored);
}

result<present_events> registry::upcast(const recorded_event& stored) const {
  auto payload = parse_object(stored.payload);
  if (!payload)
    return at(stored, payload.error());
  auto forms = upcasters_.follow(
      {upcast_kind::event, stored.type, stored.schema_version, std::move(*payload)},
      [this](std::string_view name) { return version_of(find_event(name)); });
  if (!forms)
    return at(stored, forms.error());
  std::vector<recorded_event> made;
  made.reserve(forms->size());
  for (const auto& form : *forms)
    made.push_back(with_form(stored, form));
  if (made.size() > 1)
    for (const auto& one : made)
      if (auto good = find_event(one.type)->check(one); !good)
        return good.error();
  return present_events{std::move(made)};
}

result<void> registry::check_event(const recorded_event& stored) const {
  auto present = in_present_form(stored);
  if (!present)
    return present.error();
  for (const auto& event : *present)
    if (auto decoded = find_event(event.type)->check(event); !decoded)
      return decoded;
  return {};
}

result<void> registry::evolve(aggregate_instance& instance, const recorded_event& stored) const {
  auto present = in_present_form(stored);
  if (!present)
    return present.error();
  for (const auto& event : *present)
    if (auto evolved = instance.evolve(event); !evolved)
      return evolved;
  return {};
}

result<void> registry::project(projection_instance& instance, const recorded_event& stored,
                               bool* touched) const {
  auto present = in_present_form(stored);
  if (!present)
    return present.error();
  bool changed = false;
  for (const auto& event : *present) {
    auto projected = instance.project(event);
    if (!projected && touched != nullptr)
      *touched = changed || projected.error().code == errc::domain_threw;
    if (!projected)
      return projected;
    changed = true;
  }
  return {};
}

result<std::string> registry::present_state(const aggregate_type& type, std::uint32_t stored_schema,
                                            std::string_view json) const {
  if (stored_schema == type.schema_version)
    return std::string{json};
  if (upcasters_.find(upcast_kind::state, type.name, stored_schema) == nullptr)
    return failure{errc::undecodable, "a stored "
                                          + describe(upcast_kind::state, type.name, stored_schema)
                                          + " cannot be used where the state has schema version "
                                          + std::to_string(type.schema_version)
                                          + " and no upcaster takes it; replay the stream"};
  return upcast_state(type.name, type.schema_version, stored_schema, json);
}

result<std::string> registry::upcast_state(std::string_view name, std::uint32_t schema_version,
                                           std::uint32_t stored_schema,
                                           std::string_view json) const {
  auto what = "a stored " + describe(upcast_kind::state, name, stored_schema);
  auto state = parse_object(json);
  if (!state)
    return failure{state.error().code, what + ": " + state.error().message};
  auto forms =
      upcasters_.follow({upcast_kind::state, std::string{name}, stored_schema, std::move(*state)},
                        [this](std::string_view wanted) { return state_version(wanted); });
  if (!forms)
    return failure{forms.error().code, what + ": " + forms.error().message};
  if (forms->size() != 1 || forms->front().name != name
      || forms->front().schema_version != schema_version)
    return failure{errc::undecodable, what
                                          + ": its upcasters do not lead to one state of schema "
                                            "version "
                                          + std::to_string(schema_version)};
  return boost::json::serialize(forms->front().json);
}

result<void> registry::restore(process_instance& instance, const process_type& type,
                               std::uint32_t stored_schema, std::string_view json) const {
  if (stored_schema > type.schema_version)
    return failure{errc::undecodable, "a stored "
                                          + describe(upcast_kind::state, type.name, stored_schema)
                                          + " is newer than what this program knows, up to "
                                          + std::to_string(type.schema_version)
                                          + "; deploy the program that wrote it"};
  if (upcasters_.find(upcast_kind::state, type.name, stored_schema) == nullptr)
    return instance.from_json(json, stored_schema);
  auto present = upcast_state(type.name, type.schema_version, stored_schema, json);
  if (!present)
    return present.error();
  return instance.from_json(*present, type.schema_version);
}

result<command_body> registry::present_command(const aggregate_type& type,
                                               command_body body) const {
  const auto* taken = type.find_command(body.name());
  if (taken != nullptr && body.schema_version() == taken->schema_version)
    return body;
  std::string name{body.name()};
  if (upcasters_.find(upcast_kind::command, name, body.schema_version()) == nullptr) {
    if (taken == nullptr)
      return unknown_command(type, name);
    if (body.schema_version() > taken->schema_version)
      return newer_command(name, body.schema_version(), taken->schema_version);
    return body;
  }
  auto spoilt = [&](errc code, const std::string& why) {
    return failure{code == errc::undecodable ? errc::invalid_command : code,
                   describe(upcast_kind::command, name, body.schema_version()) + ": " + why};
  };
  auto text = body.to_json();
  if (!text)
    return text.error();
  auto json = parse_object(*text);
  if (!json)
    return spoilt(json.error().code, json.error().message);
  auto forms = upcasters_.follow(
      {upcast_kind::command, name, body.schema_version(), std::move(*json)},
      [&](std::string_view wanted) { return version_of(type.find_command(wanted)); });
  if (!forms)
    return spoilt(forms.error().code, forms.error().message);
  if (forms->size() != 1)
    return spoilt(errc::invalid_command, "its upcasters make " + std::to_string(forms->size())
                                             + " commands of it; a command is one command");
  auto& made = forms->front();
  return command_body::json(made.name, boost::json::serialize(made.json), made.schema_version);
}

} // namespace annals
