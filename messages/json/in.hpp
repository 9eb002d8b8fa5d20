#pragma once

#include <annals/messages/error.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace annals {

/// What to do with a member in the JSON that the struct does not have.
enum class unknown_members {
  /// A mistake of the sender: commands, configuration.
  refuse,
  /// Left over from an older shape: stored events, models.
  ignore,
};

/// What to do where the JSON has no member that the struct has.
enum class missing_members {
  refuse,
  /// It was added after the JSON was written, and keeps what its initialiser gives it.
  take_default,
};

/// The rule for JSON of schema version `written` where the type is at `current`.
constexpr missing_members missing_at(std::uint32_t written, std::uint32_t current) noexcept {
  return written < current ? missing_members::take_default : missing_members::refuse;
}

/// What codecs read from, beside the JSON value itself: how strict to be, and the place where the
/// first mistake is remembered, with the member and what was found there. A codec returns `false`
/// after it has called `fail`.
class json_in {
public:
  explicit json_in(unknown_members rule = unknown_members::refuse,
                   missing_members missing = missing_members::refuse)
      : rule_{rule}, missing_{missing} {}

  bool refuses_unknown_members() const noexcept { return rule_ == unknown_members::refuse; }

  bool refuses_missing_members() const noexcept { return missing_ == missing_members::refuse; }

  /// "expected `wanted`, found …": always returns false.
  bool expected(std::string_view wanted, const boost::json::value& found);
  /// Any other reason: always returns false.
  bool fail(std::string why);
  /// Adds the name of the member that failed, from the inside out: always returns false.
  bool within(std::string_view member);
  bool within(std::size_t index);
  /// The reason with the path below `type`.
  failure why(errc code, std::string_view type) const;

private:
  unknown_members rule_;
  missing_members missing_;
  std::string path_;
  std::string why_;
};

/// A short description of a JSON value for an error message: "the string 'abc'", "null".
std::string describe_json(const boost::json::value& value);

/// A parsed JSON text with its memory: small documents need no allocation. Not movable.
class json_document {
public:
  json_document();
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;
  ~json_document();

  /// Parses one JSON text in UTF-8, at most 64 levels deep. The failure (`undecodable`) says
  /// what is wrong at which byte.
  result<void> parse(std::string_view text);
  const boost::json::value& root() const noexcept { return root_; }

private:
  unsigned char buffer_[4096];
  boost::json::monotonic_resource memory_;
  boost::json::value root_;
};

} // namespace annals
