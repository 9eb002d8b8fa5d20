#include <annals/messages/json/slices.hpp>

#include <annals/messages/text.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <cstdint>

namespace annals {

namespace {

// Takes part in a parse and remembers nothing.
struct ignoring_handler {
  using code = boost::json::error_code;
  using view = boost::json::string_view;
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  bool on_document_begin(code&) { return true; }
  bool on_document_end(code&) { return true; }
  bool on_object_begin(code&) { return true; }
  bool on_object_end(std::size_t, code&) { return true; }
  bool on_array_begin(code&) { return true; }
  bool on_array_end(std::size_t, code&) { return true; }
  bool on_key_part(view, std::size_t, code&) { return true; }
  bool on_key(view, std::size_t, code&) { return true; }
  bool on_string_part(view, std::size_t, code&) { return true; }
  bool on_string(view, std::size_t, code&) { return true; }
  bool on_number_part(view, code&) { return true; }
  bool on_int64(std::int64_t, view, code&) { return true; }
  bool on_uint64(std::uint64_t, view, code&) { return true; }
  bool on_double(double, view, code&) { return true; }
  bool on_bool(bool, code&) { return true; }
  bool on_null(code&) { return true; }
  bool on_comment_part(view, code&) { return true; }
  bool on_comment(view, code&) { return true; }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks over a text that is known to be JSON, so that every step may rely on its shape.
class walker {
public:
  explicit walker(std::string_view text) : text_{text} {}

  char here() {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void step() { ++at_; }

  std::string_view value() {
    char first = here();
    auto start = at_;
    if (first == '"')
      skip_string();
    else if (first == '{' || first == '[')
      skip_nested();
    else
      skip_word();
    return text_.substr(start, at_ - start);
  }

private:
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\')
        ++at_;
    ++at_;
  }

  void skip_nested() {
    std::size_t depth = 0;
    do {
      char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[')
        ++depth;
      else if (c == '}' || c == ']')
        --depth;
      ++at_;
    } while (depth > 0 && at_ < text_.size());
  }

  void skip_word() {
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' && text_[at_] != '}'
           && text_[at_] != ']')
      ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string unescaped(std::string_view key) {
  if (key.find('\\') == std::string_view::npos)
    return std::string{key.substr(1, key.size() - 2)};
  auto text = boost::json::parse(boost::json::string_view{key.data(), key.size()}).as_string();
  return {text.data(), text.size()};
}

} // namespace

result<void> check_json(std::string_view text, std::size_t deepest) {
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::json::basic_parser<ignoring_handler> parser{options};
  boost::json::error_code error;
  auto read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size())
    error = boost::json::error::extra_data;
  if (error)
    return failure{errc::undecodable, "not JSON: " + error.message() + " at byte "
                                          + std::to_string(read) + " of " + quoted(text)};
  return {};
}

result<void> check_json_object(std::string_view text, std::size_t deepest) {
  if (auto good = check_json(text, deepest); !good)
    return good;
  if (walker{text}.here() != '{')
    return failure{errc::undecodable, "expected an object, found " + quoted(text)};
  return {};
}

std::vector<json_slice> slice_object(std::string_view object) {
  std::vector<json_slice> members;
  walker at{object};
  at.here();
  at.step();
  while (at.here() == '"') {
    auto name = unescaped(at.value());
    at.here();
    at.step(); // the colon
    members.push_back({std::move(name), at.value()});
    if (at.here() == ',')
      at.step();
  }
  return members;
}

} // namespace annals
