#include <annals/messages/text.hpp>

#include <boost/locale/utf.hpp>

#include <algorithm>

namespace annals {

namespace {

using utf8 = boost::locale::utf::utf_traits<char>;

// The escape of one byte that must not reach a terminal as it is.
std::string escaped(unsigned char byte) {
  static constexpr char digits[] = "0123456789abcdef";
  return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

bool all_ascii(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  if (all_ascii(text))
    return true;
  for (auto at = text.begin(); at != text.end();)
    if (!boost::locale::utf::is_valid_codepoint(utf8::decode(at, text.end())))
      return false;
  return true;
}

std::string quoted(std::string_view text, std::size_t longest) {
  std::string out = "'";
  for (auto at = text.begin(); at != text.end();) {
    auto start = at;
    if (static_cast<std::size_t>(start - text.begin()) >= longest)
      return out + "…'";
    auto point = utf8::decode(at, text.end());
    bool broken = !boost::locale::utf::is_valid_codepoint(point);
    if (broken)
      at = start + 1;
    if (broken || point < 0x20 || (point >= 0x7f && point < 0xa0))
      for (auto byte = start; byte != at; ++byte)
        out += escaped(static_cast<unsigned char>(*byte));
    else
      out.append(start, at);
  }
  return out + "'";
}

} // namespace annals
