#include <annals/tools/schema_file.hpp>

#include <annals/messages/text.hpp>

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace annals::tools {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object entry(std::uint32_t schema_version, object schema) {
  return {{"schemaVersion", schema_version}, {"schema", std::move(schema)}};
}

object in_order(const std::map<std::string, object>& entries) {
  object all;
  for (const auto& [name, one] : entries)
    all[name] = one;
  return all;
}

std::string_view kind_word(upcast_kind kind) {
  switch (kind) {
    case upcast_kind::event: return "event";
    case upcast_kind::command: return "command";
    case upcast_kind::state: return "state";
  }
  return "";
}

array upcasters_of(const registry& domain) {
  std::vector<std::tuple<std::string_view, std::string_view, std::uint32_t>> all;
  for (const auto& one : domain.upcasters().all())
    all.emplace_back(kind_word(one.kind), one.name, one.schema_version);
  std::sort(all.begin(), all.end());
  array written;
  for (const auto& [from, type, version] : all)
    written.push_back(object{{"from", from}, {"type", type}, {"schemaVersion", version}});
  return written;
}

void indent(std::string& text, std::size_t depth) {
  text += '\n';
  text.append(2 * depth, ' ');
}

void write_indented(std::string& text, const value& json, std::size_t depth) {
  bool first = true;
  auto next = [&] {
    text += first ? "" : ",";
    first = false;
    indent(text, depth + 1);
  };
  if (json.is_object() && !json.get_object().empty()) {
    text += '{';
    for (const auto& member : json.get_object()) {
      next();
      text += boost::json::serialize(member.key()) + ": ";
      write_indented(text, member.value(), depth + 1);
    }
    indent(text, depth);
    text += '}';
  } else if (json.is_array() && !json.get_array().empty()) {
    text += '[';
    for (const auto& item : json.get_array()) {
      next();
      write_indented(text, item, depth + 1);
    }
    indent(text, depth);
    text += ']';
  } else {
    text += boost::json::serialize(json);
  }
}

bool is_entry(const value& json) {
  const auto* one = json.if_object();
  const auto* version = one != nullptr ? one->if_contains("schemaVersion") : nullptr;
  const auto* schema = one != nullptr ? one->if_contains("schema") : nullptr;
  return version != nullptr && version->is_int64() && version->get_int64() > 0
         && version->get_int64() <= UINT32_MAX && schema != nullptr && schema->is_object();
}

bool are_entries(const value* json) {
  return json != nullptr && json->is_object()
         && std::all_of(json->get_object().begin(), json->get_object().end(),
                        [](const auto& member) { return is_entry(member.value()); });
}

bool are_upcasters(const value* json) {
  return json != nullptr && json->is_array()
         && std::all_of(json->get_array().begin(), json->get_array().end(), [](const value& one) {
              const auto* from = one.if_object();
              auto has = [&](const char* name, auto is) {
                const auto* member = from != nullptr ? from->if_contains(name) : nullptr;
                return member != nullptr && is(*member);
              };
              auto text = [](const value& member) { return member.is_string(); };
              auto number = [](const value& member) { return member.is_int64(); };
              return has("from", text) && has("type", text) && has("schemaVersion", number);
            });
}

// The part that is not as it must be, or nothing.
std::string_view wrong_part(const object& file) {
  if (!are_entries(file.if_contains("events")))
    return "events";
  if (!are_entries(file.if_contains("states")))
    return "states";
  const auto* commands = file.if_contains("commands");
  if (commands == nullptr || !commands->is_object()
      || !std::all_of(commands->get_object().begin(), commands->get_object().end(),
                      [](const auto& member) { return are_entries(&member.value()); }))
    return "commands";
  return are_upcasters(file.if_contains("upcasters")) ? "" : "upcasters";
}

} // namespace

object schema_file_of(const registry& domain) {
  std::map<std::string, object> commands, events, states;
  for (const auto& aggregate : domain.aggregates()) {
    std::map<std::string, object> taken;
    for (const auto* command : aggregate.commands)
      taken[command->name] = entry(command->schema_version, command->schema());
    commands[aggregate.name] = in_order(taken);
    states[aggregate.name] = entry(aggregate.schema_version, aggregate.state_schema());
  }
  for (const auto& process : domain.processes())
    states[process.name] = entry(process.schema_version, process.state_schema());
  for (const auto* event : domain.events())
    events[event->name] = entry(event->schema_version, event->schema());
  return {{"annals", schema_file_format},
          {"commands", in_order(commands)},
          {"events", in_order(events)},
          {"states", in_order(states)},
          {"upcasters", upcasters_of(domain)}};
}

std::string write_schema_file(const object& file) {
  std::string text;
  write_indented(text, file, 0);
  return text + '\n';
}

outcome<object> read_schema_file(std::string_view text, std::string_view name) {
  auto wrong = [&](const std::string& why) {
    return tool_failure{"input", std::string{name} + ": " + why, exit_code::failed};
  };
  constexpr auto again = "; write it again by `schema export` of the release that is in use";
  boost::json::parser parser;
  boost::json::error_code error;
  auto consumed = parser.write(text.data(), text.size(), error);
  if (error)
    return wrong("it is cut short, or no JSON (" + error.message() + " at byte "
                 + std::to_string(consumed) + ")" + again);
  auto parsed = parser.release();
  const auto* file = parsed.if_object();
  const auto* format = file != nullptr ? file->if_contains("annals") : nullptr;
  if (format == nullptr || !format->is_int64() || format->get_int64() < 1)
    return wrong(std::string{"it is JSON, but not a file that `schema export` writes"} + again);
  if (format->get_int64() > schema_file_format)
    return wrong("it has format " + std::to_string(format->get_int64())
                 + ", this program reads up to " + std::to_string(schema_file_format)
                 + "; check with a newer release of Annals");
  if (auto part = wrong_part(*file); !part.empty())
    return wrong("its part " + annals::quoted(part) + " is missing or not as it should be" + again);
  return *file;
}

} // namespace annals::tools
