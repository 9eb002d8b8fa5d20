#include "email.hpp"

#include <algorithm>

namespace bank {

namespace {

bool is_domain(std::string_view text) noexcept {
  return text.find('.') != std::string_view::npos && text.front() != '.' && text.back() != '.'
         && text.find("..") == std::string_view::npos;
}

} // namespace

bool is_email(std::string_view text) noexcept {
  constexpr std::size_t longest = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
  const auto at = text.find('@');
  const bool printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
  return printable && text.size() <= longest && at != std::string_view::npos && at > 0
         && at + 1 < text.size() && at == text.rfind('@') && is_domain(text.substr(at + 1));
}

} // namespace bank
