#include <annals/persistence/part_name.hpp>

#include <charconv>

namespace annals {

namespace {

// Nothing where it is written in another way than `part_name` does.
std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_good = read.ec == std::errc{} && read.ptr == text.data() + text.size() && number != 0
                 && text.front() != '0';
  return is_good ? std::optional{number} : std::nullopt;
}

} // namespace

std::string part_name(std::string_view whole, log_part part) {
  std::string name{whole};
  if (part.of > 1)
    name += "@" + std::to_string(part.index + 1) + "of" + std::to_string(part.of);
  return name;
}

std::optional<named_part> part_named(std::string_view name) {
  auto at = name.rfind('@');
  if (at == std::string_view::npos)
    return std::nullopt;
  auto numbers = name.substr(at + 1);
  auto between = numbers.find("of");
  if (between == std::string_view::npos)
    return std::nullopt;
  auto which = number_in(numbers.substr(0, between));
  auto of = number_in(numbers.substr(between + 2));
  if (!which || !of || *of < 2 || *of > most_parts || *which > *of)
    return std::nullopt;
  return named_part{std::string{name.substr(0, at)}, {*which - 1, *of}};
}

} // namespace annals
