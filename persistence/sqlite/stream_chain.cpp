#include <annals/persistence/sqlite/stream_chain.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/event_row.hpp>
#include <annals/persistence/sqlite/layout.hpp>

#include <algorithm>

namespace annals::sqlite {

stream_chain::stream_chain(connection& db)
    : db_{db}, head_{db, "SELECT streams.id, events.version, events.position FROM streams "
                         "JOIN heads ON heads.stream = streams.id "
                         "JOIN events ON events.position = heads.position WHERE name = ?1"},
      milestone_{db, "SELECT position, version FROM events INDEXED BY milestones "
                     "WHERE stream = ?1 AND version >= ?2 AND " ANNALS_IS_MILESTONE
                     " ORDER BY version LIMIT 1"},
      previous_{db, "SELECT previous FROM events WHERE position = ?1"},
      event_{db, "SELECT " ANNALS_EVENT_COLUMNS ", previous FROM events WHERE position = ?1"} {}

stream_head stream_chain::head_of(std::string_view stream) {
  auto row = head_.run(stream);
  return row.next() ? stream_head{row.number(0), row.count(1), row.count(2)} : stream_head{};
}

std::vector<recorded_event> stream_chain::read(std::string_view stream, const stream_slice& slice) {
  // As long as this row is held, everything is read as of one moment, and locked once.
  auto row = head_.run(stream);
  if (!row.next() || slice.limit == 0)
    return {};
  stream_head head{row.number(0), row.count(1), row.count(2)};
  auto from = std::max<stream_version>(slice.from, 1);
  auto to = std::min(slice.to, head.version);
  if (from > to)
    return {};
  auto fewer = std::min<stream_version>(slice.limit, to - from + 1) - 1;
  if (slice.order == direction::forwards)
    to = from + fewer;
  else
    from = to - fewer;
  auto events = walk(stream, head.id, position_of(head, to), from, to);
  if (slice.order == direction::forwards)
    std::ranges::reverse(events);
  return events;
}

// Back from the nearest place that is known: the head, or a milestone before it.
log_position stream_chain::position_of(const stream_head& head, stream_version version) {
  auto position = head.position;
  auto known = head.version;
  if (head.version - version >= milestone_distance) {
    auto row = milestone_.run(head.id, version);
    if (row.next()) {
      position = row.count(0);
      known = row.count(1);
    }
  }
  for (; known > version; --known) {
    auto row = previous_.run(position);
    position = row.next() ? row.count(0) : 0;
  }
  return position;
}

std::vector<recorded_event> stream_chain::walk(std::string_view stream, std::int64_t id,
                                               log_position last, stream_version from,
                                               stream_version to) {
  std::vector<recorded_event> events;
  events.reserve(std::min<std::size_t>(to - from + 1, 65536)); // a damaged version may be anything
  auto position = last;
  for (auto version = to; version >= from; --version) {
    auto row = event_.run(position);
    if (!row.next() || row.number(1) != id || row.count(2) != version)
      broken(stream, position);
    events.push_back(event_from(row, stream));
    position = row.count(11);
  }
  return events;
}

void stream_chain::broken(std::string_view stream, log_position at) const {
  throw error{{errc::store_corrupt, "the store " + shown(db_.file()) + " has lost an event of "
                                        + "stream " + quoted(stream) + " near position "
                                        + std::to_string(at)
                                        + "; verify the store and restore a backup"}};
}

} // namespace annals::sqlite
