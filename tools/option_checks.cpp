#include <annals/tools/option_checks.hpp>

#include <annals/messages/text.hpp>

#include <charconv>
#include <cstdint>

namespace annals::tools {

namespace {

std::string check_from(std::uint64_t least, const std::string& text) {
  std::uint64_t value = 0;
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end && value >= least)
    return {};
  return "expected a whole number from " + std::to_string(least) + " on, found "
         + annals::quoted(text);
}

} // namespace

std::string check_from_one(const std::string& text) { return check_from(1, text); }

std::string check_from_zero(const std::string& text) { return check_from(0, text); }

} // namespace annals::tools
