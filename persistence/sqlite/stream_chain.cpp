#include <annals/persistence/sqlite/stream_chain.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/event_row.hpp>
#include <annals/persistence/sqlite/layout.hpp>

#include <algorithm>

namespace annals::sqlite {

stream_chain::stream_chain(connection& db)
    : db_{db}, head_{db, "SELECT streams.id, events.version, events.position FROM streams "
                         "LEFT JOIN heads ON heads.stream = streams.id "
                         "LEFT JOIN events ON events.position = heads.last "
                         "AND events.stream = streams.id WHERE name = ?1"},
      milestone_{db, "SELECT position, version FROM events INDEXED BY milestones "
                     "WHERE stream = ?1 AND version >= ?2 AND " ANNALS_IS_MILESTONE
                     " ORDER BY version LIMIT 1"},
      previous_{db, "SELECT previous FROM events WHERE position = ?1"},
      event_{db, "SELECT " ANNALS_EVENT_COLUMNS ", previous FROM events WHERE position = ?1"} {}

stream_head stream_chain::head_of(std::string_view stream) {
  auto row = head_.run(stream);
  return row.next() ? head_from(row, stream) : stream_head{};
}

// A stream that is there has events: one without is one whose head was lost.
stream_head stream_chain::head_from(const rows& row, std::string_view stream) const {
  if (row.number(1) < 1)
    broken(stream, 0);
  return {row.number(0), row.count(1), row.count(2)};
}

std::vector<recorded_event> stream_chain::read(std::string_view stream, const stream_slice& slice) {
  // As long as this row is held, everything is read as of one moment, and locked once.
  auto row = head_.run(stream);
  if (!row.next() || slice.limit == 0)
    return {};
  auto head = head_from(row, stream);
  auto from = std::max<stream_version>(slice.from, 1);
  auto to = std::min(slice.to, head.version);
  if (from > to)
    return {};
  auto fewer = std::min<stream_version>(slice.limit, to - from + 1) - 1;
  if (slice.order == direction::forwards)
    to = from + fewer;
  else
    from = to - fewer;
  auto events = walk(stream, head.id, position_of(stream, head, to), from, to);
  if (slice.order == direction::forwards)
    std::ranges::reverse(events);
  return events;
}

// Back from the nearest place that is known: the head, or a milestone before it.
log_position stream_chain::position_of(std::string_view stream, const stream_head& head,
                                       stream_version version) {
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
    auto before = row.next() ? row.count(0) : 0;
    if (before == 0 || before >= position)
      broken(stream, position);
    position = before;
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
    position = row.count(12);
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
