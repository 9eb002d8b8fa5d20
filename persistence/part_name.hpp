#pragma once

#include <annals/persistence/stored_records.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// The most parts that a projection into a target may be divided into.
inline constexpr std::uint32_t most_parts = 1024;

/// What a part of a divided target is called wherever targets have names: "NAME@2of4" for the
/// second of four parts; "NAME" where there is only one.
std::string part_name(std::string_view whole, log_part part);

/// What such a name says.
struct named_part {
  std::string whole;
  log_part part{};

  bool operator==(const named_part&) const = default;
};

/// Nothing where it is not the name of a part of several.
std::optional<named_part> part_named(std::string_view name);

} // namespace annals
