#pragma once

#include <annals/messages/error.hpp>

#include <boost/uuid/uuid.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace annals {

/// The id of an event, a command, a correlation. Nil means "none".
using uuid = boost::uuids::uuid;

/// The number of events in a stream; the first event has version 1, 0 is the empty stream.
using stream_version = std::uint64_t;

/// The place of an event in the whole log; the first is 1, 0 is "before the first".
using log_position = std::uint64_t;

/// A new UUID of version 7 (RFC 9562): ids of one thread sort by the time they were made, and those
/// of a process and of its forks are different. Never blocks; any thread.
uuid make_id();

/// A UUID of version 5 (RFC 9562) that follows from `name` within `space`: the same pair always
/// gives the same id. For commands whose source may send them again, such as the row of a file.
uuid derive_id(const uuid& space, std::string_view name);

/// The usual 36 characters in lower case.
std::string to_string(const uuid& id);

/// Reads the 36-character form, in either case. Gives `invalid_argument` naming the text.
result<uuid> parse_uuid(std::string_view text);

/// The longest id of an aggregate instance, in bytes of UTF-8.
inline constexpr std::size_t longest_id = 512;

/// Whether `id` may name an aggregate instance: 1 to `longest_id` bytes of UTF-8 without control
/// characters. Gives `invalid_id` saying which of these it breaks.
result<void> check_id(std::string_view id);

/// "bank.account" and "acc-1" make "bank.account-acc-1".
std::string stream_name(std::string_view aggregate, std::string_view id);

/// A stream's name taken apart at its first '-', which no aggregate name contains.
struct stream_parts {
  std::string_view aggregate;
  std::string_view id;
};

/// Views into `stream`; a name without '-' is all aggregate and no id.
stream_parts split_stream_name(std::string_view stream) noexcept;

} // namespace annals
