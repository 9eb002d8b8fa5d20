#pragma once

#include <annals/messages/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace annals {

/// Where codecs write JSON text. The first thing that JSON cannot hold (text that is not UTF-8,
/// a number that is not finite) is remembered with the member it was found in; what was written
/// is then of no use.
class json_out {
public:
  /// Appends to `text`.
  explicit json_out(std::string& text) : text_{text} {}

  void raw(char c) { text_ += c; }
  void raw(std::string_view text) { text_ += text; }
  void string(std::string_view text);
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  void number(double value);

  /// Writes the comma between members; `first` is true once.
  void separate(bool& first) {
    if (!first)
      text_ += ',';
    first = false;
  }

  /// Remembers why the value cannot be written; the first reason stays.
  void fail(std::string why);
  bool failed() const noexcept { return failed_; }
  /// Adds the name of the member that failed, from the inside out.
  void within(std::string_view member);
  /// The reason, as `unencodable`, with the path below `type`.
  failure why(std::string_view type) const;

private:
  std::string& text_;
  std::string path_;
  std::string why_;
  bool failed_ = false;
};

} // namespace annals
