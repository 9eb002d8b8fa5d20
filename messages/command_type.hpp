#pragma once

#include <annals/messages/json/codec.hpp>
#include <annals/messages/names.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace annals {

/// A type of command as the running system sees it: its name and how to read and write it.
struct command_type {
  std::string name;
  std::uint32_t schema_version = 1;
  boost::json::object (*schema)();
  /// The value that JSON of schema version `written` holds; what an older one lacks takes its
  /// default. Gives `invalid_command`, also for a newer one than this.
  result<std::shared_ptr<const void>> (*decode)(const boost::json::value& json,
                                                std::uint32_t written);
  result<std::string> (*encode)(const void* value);
};

/// The command's durable name; where it declares none, the name of the struct without its
/// namespaces. A command that other programs send by name should declare one:
/// `static constexpr annals::command_name name{"…"};`
template <class Command>
std::string command_name_of() {
  return type_label<Command>();
}

/// The schema version that the command's name declares, or 1.
template <class Command>
constexpr std::uint32_t schema_version_of() {
  if constexpr (requires { Command::name.schema_version(); })
    return Command::name.schema_version();
  else
    return 1;
}

/// The failure `invalid_command` of a body that was written by a newer program.
failure newer_command(std::string_view command, std::uint32_t written, std::uint32_t known);

/// The one description of a command type in this program. Needs `<annals/messages/json.hpp>` where
/// it is instantiated.
template <class Command>
const command_type& command_type_of() {
  static const command_type type{
      command_name_of<Command>(), schema_version_of<Command>(), [] { return schema_of<Command>(); },
      [](const boost::json::value& json,
         std::uint32_t written) -> result<std::shared_ptr<const void>> {
        constexpr auto current = schema_version_of<Command>();
        if (written > current)
          return newer_command(type_label<Command>(), written, current);
        auto value =
            from_json_value<Command>(json, unknown_members::refuse, missing_at(written, current));
        if (!value)
          return failure{errc::invalid_command, value.error().message};
        return std::shared_ptr<const void>{std::make_shared<const Command>(std::move(*value))};
      },
      [](const void* value) { return to_json(*static_cast<const Command*>(value)); }};
  return type;
}

} // namespace annals
