#include <annals/persistence/postgres/text_form.hpp>

#include <annals/messages/text.hpp>

namespace annals::postgres {

namespace {

// After the escape: 1 is the byte 0, 2 is the byte 1, and two letters are a byte of broken UTF-8.
constexpr char escape = '\1';
constexpr char first_letter = 'A';

void append_escaped(std::string& out, unsigned char byte) {
  out += escape;
  if (byte < 2) {
    out += static_cast<char>(byte + 1);
    return;
  }
  out += static_cast<char>(first_letter + (byte >> 4));
  out += static_cast<char>(first_letter + (byte & 15));
}

std::size_t character_size(unsigned char first) {
  if (first < 0x80)
    return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

} // namespace

bool is_plain(std::string_view text) noexcept {
  // One search a byte: each looks at the whole text at once, which find_first_of does not.
  constexpr auto nowhere = std::string_view::npos;
  return text.find('\0') == nowhere && text.find(escape) == nowhere && is_utf8(text);
}

void append_stored(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += text;
    return;
  }
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text.front());
    auto character = text.substr(0, character_size(byte));
    if (byte < 2 || !is_utf8(character)) {
      append_escaped(out, byte);
      text.remove_prefix(1);
    } else {
      out += character;
      text.remove_prefix(character.size());
    }
  }
}

std::string stored_form(std::string_view text) {
  std::string stored;
  append_stored(stored, text);
  return stored;
}

std::string original_form(std::string_view stored) {
  std::string text;
  for (;;) {
    auto plain = stored.substr(0, stored.find(escape));
    text += plain;
    stored.remove_prefix(plain.size());
    if (stored.size() < 2)
      return text;
    auto next = stored[1];
    if (next < first_letter || stored.size() < 3) {
      text += static_cast<char>(next - 1);
      stored.remove_prefix(2);
    } else {
      text += static_cast<char>(((next - first_letter) << 4) | (stored[2] - first_letter));
      stored.remove_prefix(3);
    }
  }
}

} // namespace annals::postgres
