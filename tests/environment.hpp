#pragma once

#include <cstdint>
#include <cstdlib>

namespace annals::tests {

/// The number in an environment variable, or `otherwise` where it is not set: how long a test goes
/// on, how much it does, or whose choices it repeats.
inline std::uint32_t number_given(const char* variable, std::uint32_t otherwise) {
  const char* given = std::getenv(variable);
  return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                          : otherwise;
}

} // namespace annals::tests
