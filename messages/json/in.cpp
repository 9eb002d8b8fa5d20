#include <annals/messages/json/in.hpp>

#include <annals/messages/text.hpp>

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

namespace annals {

std::string describe_json(const boost::json::value& value) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null: return "null";
    case kind::bool_: return value.get_bool() ? "true" : "false";
    case kind::int64:
    case kind::uint64:
    case kind::double_: return "the number " + boost::json::serialize(value);
    case kind::string:
      return "the string " + quoted({value.get_string().data(), value.get_string().size()});
    case kind::array: return "an array of " + std::to_string(value.get_array().size());
    case kind::object: return "an object";
  }
  return "something else";
}

bool json_in::expected(std::string_view wanted, const boost::json::value& found) {
  return fail("expected " + std::string{wanted} + ", found " + describe_json(found));
}

bool json_in::fail(std::string why) {
  if (why_.empty())
    why_ = std::move(why);
  return false;
}

bool json_in::within(std::string_view member) {
  path_ = path_.empty() || path_.starts_with('[') ? std::string{member} + path_
                                                  : std::string{member} + "." + path_;
  return false;
}

bool json_in::within(std::size_t index) { return within("[" + std::to_string(index) + "]"); }

failure json_in::why(errc code, std::string_view type) const {
  std::string where{type};
  if (!path_.empty())
    where += (path_.starts_with('[') ? "" : ".") + path_;
  return {code, where + ": " + why_};
}

json_document::json_document() : memory_{buffer_, sizeof buffer_}, root_{nullptr} {}

json_document::~json_document() = default;

result<void> json_document::parse(std::string_view text) {
  unsigned char temporary[2048];
  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::parser parser{boost::json::storage_ptr{}, options, temporary, sizeof temporary};
  parser.reset(&memory_);
  boost::json::error_code error;
  auto consumed = parser.write_some(text.data(), text.size(), error);
  if (!error && consumed < text.size())
    error = boost::json::error::extra_data;
  if (error)
    return failure{errc::undecodable, "not JSON: " + error.message() + " at byte "
                                          + std::to_string(consumed) + " of " + quoted(text)};
  // The value lives in this document's memory and goes with it.
  root_.~value();
  new (&root_) boost::json::value(boost::json::pilfer(parser.release()));
  return {};
}

} // namespace annals
