#include <annals/tools/option_checks.hpp>

#include <annals/messages/text.hpp>

#include <charconv>
#include <cstdint>

namespace annals::tools {

std::string check_from_one(const std::string& text) {
  std::uint64_t value = 0;
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end && value >= 1)
    return {};
  return "expected a whole number from 1 on, found " + annals::quoted(text);
}

} // namespace annals::tools
