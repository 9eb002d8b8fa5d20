#include <annals/messages/json/out.hpp>

#include <annals/messages/text.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <cmath>

namespace annals {

namespace {

bool needs_escape(char c) {
  auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20) | (byte >= 0x7f) | (c == '"') | (c == '\\');
}

// Without a way out early, so that compilers look at many characters at once.
bool any_needs_escape(std::string_view text) {
  bool any = false;
  for (char c : text)
    any |= needs_escape(c);
  return any;
}

template <class Number>
void append_number(std::string& text, Number value) {
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  text.append(buffer, end);
}

} // namespace

void json_out::string(std::string_view text) {
  text_ += '"';
  if (!any_needs_escape(text)) {
    text_.append(text).append(1, '"');
    return;
  }
  text_.pop_back();
  if (!is_utf8(text))
    return fail("the text " + quoted(text) + " is not UTF-8");
  text_ += boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

void json_out::integer(std::int64_t value) { append_number(text_, value); }

void json_out::integer(std::uint64_t value) { append_number(text_, value); }

void json_out::number(double value) {
  if (!std::isfinite(value))
    return fail("the number is not finite");
  auto start = text_.size();
  append_number(text_, value);
  // A float stays a float when it is read back: "1" would come back as an integer.
  if (text_.find_first_of(".eE", start) == std::string::npos)
    text_ += ".0";
}

void json_out::fail(std::string why) {
  if (failed_)
    return;
  failed_ = true;
  why_ = std::move(why);
}

void json_out::within(std::string_view member) {
  path_ = path_.empty() || path_.starts_with('[') ? std::string{member} + path_
                                                  : std::string{member} + "." + path_;
}

failure json_out::why(std::string_view type) const {
  std::string where{type};
  if (!path_.empty())
    where += (path_.starts_with('[') ? "" : ".") + path_;
  return {errc::unencodable, where + ": " + why_};
}

} // namespace annals
