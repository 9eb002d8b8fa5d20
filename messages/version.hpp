#pragma once

#include <string_view>

namespace annals {

/// The version of this library, as in "0.1.0". Never blocks; callable from any thread.
std::string_view version() noexcept;

} // namespace annals
