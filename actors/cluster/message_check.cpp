#include <annals/actors/cluster/message_check.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/node_id.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace annals {

namespace {

using caf::io::basp::message_type;

constexpr int deepest_message = 8;
constexpr std::size_t most_stages = 16;

// How many bytes a value takes, by CAF's name of its type.
constexpr std::array<std::pair<std::string_view, std::size_t>, 14> sizes{{
    {"@atom", 8},
    {"@i8", 1},
    {"@i16", 2},
    {"@i32", 4},
    {"@i64", 8},
    {"@u8", 1},
    {"@u16", 2},
    {"@u32", 4},
    {"@u64", 8},
    {"@timespan", 8},
    {"@unit", 0},
    {"bool", 1},
    {"double", 8},
    {"float", 4},
}};

// What no node sends, and could do harm.
constexpr std::array<std::string_view, 7> refused{
    "@charbuf",    "@config_value",    "@downstream_msg", "@group",
    "@group_down", "@open_stream_msg", "@upstream_msg"};

// Reads past the parts of a payload as CAF would, and keeps nothing. False where it cannot be read.
class payload_walk {
public:
  explicit payload_walk(std::string_view payload)
      : source_{nullptr, payload.data(), payload.size()} {}

  bool node() { return read<caf::node_id>(); }
  bool stages() {
    std::size_t count = 0;
    if (source_.begin_sequence(count) || count > most_stages)
      return false;
    while (count-- > 0)
      if (!actor())
        return false;
    return true;
  }
  bool message(int depth = 0);
  bool error(int depth = 0) { return bytes(1 + 8) && message(depth + 1); }

private:
  template <class T>
  bool read() {
    T value{};
    return !source_(value);
  }
  bool bytes(std::size_t count) {
    if (source_.remaining() < count)
      return false;
    source_.skip(count);
    return true;
  }
  bool actor() { return bytes(8) && node(); }
  // Whether it has a value of that type behind it, or knows none of that name.
  bool value(std::string_view type, int depth, bool& is_known);

  caf::binary_deserializer source_;
};

bool payload_walk::value(std::string_view type, int depth, bool& is_known) {
  if (std::ranges::find(refused, type) != refused.end())
    return false;
  auto size = std::ranges::find(sizes, type, [](const auto& one) { return one.first; });
  if (size != sizes.end())
    return bytes(size->second);
  if (type == "@str")
    return read<std::string>();
  if (type == "@node")
    return node();
  if (type == "@actor" || type == "@addr" || type == "@strong_actor_ptr"
      || type == "@weak_actor_ptr")
    return actor();
  if (type == "@message")
    return message(depth + 1);
  if (type == "@error")
    return error(depth);
  if (type == "@exit" || type == "@down")
    return actor() && error(depth);
  is_known = false;
  return true;
}

// Behind a value of a type of our own there may be anything but what would have to be read to know
// it harmless; nodes send nothing behind such a one.
bool payload_walk::message(int depth) {
  std::uint16_t zero = 0;
  std::string types;
  if (depth > deepest_message || source_.begin_object(zero, types) || zero != 0)
    return false;
  constexpr std::string_view start = "@<>";
  std::string_view left{types};
  if (!left.starts_with(start))
    return false;
  left.remove_prefix(start.size());
  while (!left.empty()) {
    left.remove_prefix(1); // the + before each
    auto type = left.substr(0, left.find('+'));
    left.remove_prefix(type.size());
    bool is_known = true;
    if (!value(type, depth, is_known))
      return false;
    if (!is_known)
      return depth == 0 && left.empty();
  }
  return true;
}

} // namespace

bool reads_safely(message_type operation, std::string_view payload) {
  payload_walk walk{payload};
  switch (operation) {
    case message_type::direct_message: return walk.stages() && walk.message();
    case message_type::routed_message:
      return walk.node() && walk.node() && walk.stages() && walk.message();
    case message_type::monitor_message: return walk.node() && walk.node();
    case message_type::down_message: return walk.node() && walk.node() && walk.error();
    default: return true;
  }
}

} // namespace annals
