#pragma once

#include <annals/messages/error.hpp>

#include <string_view>

namespace annals {

/// The code of that name. Codes are stored by name, since their numbers may change; one that this
/// release does not know is from a later one, and becomes `internal`.
errc code_named(std::string_view name) noexcept;

} // namespace annals
