#pragma once

#include <string>

namespace annals {

/// What the exception that is being handled says, or "an exception that is not a std::exception".
/// Called inside a catch block; any thread.
std::string what_was_thrown();

} // namespace annals
