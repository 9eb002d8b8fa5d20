#pragma once

#include <annals/messages/json/out.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace annals::tools {

/// Builds the JSON object that a subcommand prints.
class json_object {
public:
  /// Text that is not UTF-8 is written with its bytes escaped, as people see it.
  json_object& add(std::string_view name, std::string_view value);

  template <std::same_as<bool> Bool>
  json_object& add(std::string_view name, Bool value) {
    return raw(name, value ? "true" : "false");
  }

  json_object& add(std::string_view name, std::uint64_t value) {
    return raw(name, std::to_string(value));
  }

  /// A number with three digits after the point.
  json_object& add_decimal(std::string_view name, double value);

  /// `json` is JSON already.
  json_object& raw(std::string_view name, std::string_view json);

  std::string text() const { return members_.empty() ? "{}" : "{" + members_ + "}"; }

private:
  std::string members_;
};

} // namespace annals::tools
