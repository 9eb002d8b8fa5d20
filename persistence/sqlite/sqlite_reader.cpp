#include <annals/persistence/sqlite/sqlite_reader.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/event_row.hpp>
#include <annals/persistence/sqlite/layout.hpp>
#include <annals/persistence/sqlite/opening.hpp>
#include <annals/persistence/sqlite/outcome_row.hpp>

#include <algorithm>

namespace annals::sqlite {

namespace {

constexpr std::size_t remembered_names = 32768;

constexpr auto log_after =
    "SELECT " ANNALS_EVENT_COLUMNS "FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";
// Positions have no gaps, so that the next events are those of a range. What a stream is called by
// in the store never changes.
constexpr auto part_after =
    "SELECT " ANNALS_EVENT_COLUMNS "FROM events WHERE position > ?1 AND position <= ?2 "
    "AND stream % ?3 = ?4 ORDER BY position";
constexpr auto correlated =
    "SELECT " ANNALS_EVENT_COLUMNS "FROM events WHERE correlation_id = ?1 AND position > ?2 "
    "ORDER BY position LIMIT ?3";

stored_model model_from(const rows& row) {
  return {std::string{row.text(0)}, row.count(1), static_cast<std::uint32_t>(row.number(2)),
          std::string{row.text(3)}, row.count(4), std::string{row.text(5)}};
}

stored_snapshot snapshot_from(const rows& row) {
  return {std::string{row.text(0)},
          row.count(1),
          row.count(2),
          static_cast<std::uint32_t>(row.number(3)),
          timestamp{std::chrono::microseconds{row.number(4)}},
          std::string{row.text(5)}};
}

std::vector<command_outcome> outcomes_from(rows found) {
  std::vector<command_outcome> outcomes;
  while (found.next())
    outcomes.push_back(outcome_from(found));
  return outcomes;
}

// Where a column stands that follows those of an outcome.
constexpr int id_after_outcome = 11;

constexpr auto outcomes_of_stream =
    "SELECT " ANNALS_OUTCOME_COLUMNS "FROM outcomes WHERE stream = ?1 AND time >= ?2 "
    "ORDER BY time DESC, id DESC LIMIT ?3";
constexpr auto outcomes_of_correlation =
    "SELECT " ANNALS_OUTCOME_COLUMNS "FROM outcomes WHERE correlation_id = ?1 "
    "ORDER BY time, id LIMIT ?2";
constexpr auto final_outcome =
    "SELECT " ANNALS_OUTCOME_COLUMNS "FROM outcomes INDEXED BY final_outcomes "
    "WHERE command_id = ?1 AND stream = ?2 AND " ANNALS_IS_FINAL;

} // namespace

sqlite_reader::sqlite_reader(const connection& main)
    : opened_at_{stamp_of(main.file())}, db_{open_beside(main)}, chain_{*db_},
      log_{*db_, log_after}, part_{*db_, part_after}, correlation_{*db_, correlated},
      last_position_{*db_, "SELECT max(position) FROM events"},
      stream_name_{*db_, "SELECT name FROM streams WHERE id = ?1"},
      streams_{*db_, "SELECT name, events.version FROM streams "
                     "LEFT JOIN heads ON heads.stream = streams.id "
                     "LEFT JOIN events ON events.position = heads.last "
                     "AND events.stream = streams.id WHERE name > ?1 ORDER BY name LIMIT ?2"},
      model_{*db_, "SELECT projection, checkpoint, schema_version, contents, generation, notes "
                   "FROM read_models WHERE projection = ?1"},
      models_{*db_, "SELECT projection, checkpoint, schema_version, '', generation, notes "
                    "FROM read_models ORDER BY projection"},
      generation_{*db_, "SELECT generation FROM read_models WHERE projection = ?1"},
      snapshot_{*db_, "SELECT stream, version, position, schema_version, time, state "
                      "FROM snapshots WHERE stream = ?1 AND version <= ?2 "
                      "ORDER BY version DESC LIMIT 1"},
      outcomes_of_stream_{*db_, outcomes_of_stream},
      outcomes_of_correlation_{*db_, outcomes_of_correlation}, final_outcome_{*db_, final_outcome},
      holder_{*db_, "SELECT stream FROM reservations WHERE in_set = ?1 AND value = ?2"},
      names_{remembered_names} {}

// A file that is read without locks must not have changed meanwhile; its answer is not trusted
// then, whether it looks good or not.
template <class Body>
auto sqlite_reader::read(Body body) {
  auto answer = at_port(body);
  if (db_->how() != access::frozen)
    return answer;
  return at_port([&] {
    if (stamp_of(db_->file()) != opened_at_)
      throw error{{errc::store_unavailable, "the store " + shown(db_->file())
                                                + " was changed while it was read without locks; "
                                                  "open it again"}};
    return std::move(answer).value();
  });
}

result<std::vector<recorded_event>> sqlite_reader::read_stream(std::string_view stream,
                                                               stream_slice slice) {
  return read([&] { return chain_.read(stream, slice); });
}

result<std::vector<recorded_event>> sqlite_reader::read_log(log_position after, std::size_t limit) {
  return read([&] { return log_events(log_.run(after, limit), limit); });
}

result<read_part> sqlite_reader::read_log_part(log_part part, log_position after,
                                               std::size_t limit) {
  if (auto good = check_log_part(part); !good)
    return good.error();
  auto end = last_position();
  if (!end)
    return end.error();
  if (*end <= after)
    return read_part{{}, after};
  return read([&] {
    auto to = std::min(*end, limit < *end - after ? after + limit : *end);
    return read_part{log_events(part_.run(after, to, part.of, part.index), limit), to};
  });
}

result<std::vector<recorded_event>>
sqlite_reader::find_by_correlation(const uuid& id, log_position after, std::size_t limit) {
  return read([&] { return log_events(correlation_.run(id, after, limit), limit); });
}

std::vector<recorded_event> sqlite_reader::log_events(rows found, std::size_t limit) {
  std::vector<recorded_event> events;
  events.reserve(std::min<std::size_t>(limit, 1024));
  while (found.next())
    events.push_back(event_from(found, name_of(found.number(1))));
  return events;
}

// Cheaper than a join: a stream's name never changes.
const std::string& sqlite_reader::name_of(std::int64_t stream) {
  if (const auto* known = names_.find(stream))
    return *known;
  auto row = stream_name_.run(stream);
  if (!row.next())
    throw error{{errc::store_corrupt, "the store " + shown(db_->file())
                                          + " holds an event of a stream without a name; "
                                            "restore a backup"}};
  return names_.put(stream, std::string{row.text(0)});
}

result<stream_version> sqlite_reader::version_of(std::string_view stream) {
  return read([&] { return chain_.head_of(stream).version; });
}

result<log_position> sqlite_reader::last_position() {
  return read([&] {
    auto row = last_position_.run();
    return row.next() ? row.count(0) : 0;
  });
}

result<std::vector<stream_info>> sqlite_reader::list_streams(std::string_view after,
                                                             std::size_t limit) {
  return read([&] {
    std::vector<stream_info> found;
    auto row = streams_.run(after, limit);
    while (row.next())
      found.push_back({std::string{row.text(0)}, row.count(1)});
    return found;
  });
}

result<std::optional<stored_model>> sqlite_reader::load_model(std::string_view projection) {
  return read([&] {
    auto row = model_.run(projection);
    return row.next() ? std::optional{model_from(row)} : std::nullopt;
  });
}

result<std::vector<stored_model>> sqlite_reader::list_models() {
  return read([&] {
    std::vector<stored_model> found;
    auto row = models_.run();
    while (row.next())
      found.push_back(model_from(row));
    return found;
  });
}

result<std::optional<std::uint64_t>> sqlite_reader::generation_of(std::string_view projection) {
  return read([&] {
    auto row = generation_.run(projection);
    return row.next() ? std::optional{row.count(0)} : std::nullopt;
  });
}

result<std::optional<stored_snapshot>> sqlite_reader::load_snapshot(std::string_view stream,
                                                                    stream_version newest) {
  return read([&] {
    auto row = snapshot_.run(stream, newest);
    return row.next() ? std::optional{snapshot_from(row)} : std::nullopt;
  });
}

result<std::vector<command_outcome>>
sqlite_reader::read_outcomes(std::string_view stream, timestamp since, std::size_t limit) {
  return read([&] {
    return outcomes_from(outcomes_of_stream_.run(stream, since.time_since_epoch().count(), limit));
  });
}

result<std::vector<command_outcome>> sqlite_reader::find_outcomes(const uuid& correlation,
                                                                  std::size_t limit) {
  return read([&] { return outcomes_from(outcomes_of_correlation_.run(correlation, limit)); });
}

result<std::optional<command_outcome>> sqlite_reader::find_outcome(std::string_view stream,
                                                                   const uuid& command_id) {
  return read([&] {
    auto row = final_outcome_.run(always{command_id}, stream);
    return row.next() ? std::optional{outcome_from(row)} : std::nullopt;
  });
}

result<std::optional<std::string>> sqlite_reader::holder_of(std::string_view set,
                                                            std::string_view value) {
  return read([&] {
    auto row = holder_.run(set, value);
    return row.next() ? std::optional{std::string{row.text(0)}} : std::nullopt;
  });
}

result<outcome_page> sqlite_reader::list_outcomes(std::uint64_t from, std::size_t limit) {
  return read([&] {
    statement list{*db_, "SELECT " ANNALS_OUTCOME_COLUMNS ", id FROM outcomes WHERE id > ?1 "
                         "ORDER BY id LIMIT ?2"};
    outcome_page page{{}, from};
    for (auto row = list.run(from, limit); row.next();) {
      page.outcomes.push_back(outcome_from(row));
      page.next = row.count(id_after_outcome);
    }
    return page;
  });
}

result<std::vector<held_value>> sqlite_reader::list_values(const held_value& after,
                                                           std::size_t limit) {
  return read([&] {
    statement list{*db_, "SELECT in_set, value, stream FROM reservations "
                         "WHERE (in_set, value) > (?1, ?2) ORDER BY in_set, value LIMIT ?3"};
    std::vector<held_value> found;
    for (auto row = list.run(after.set, after.value, limit); row.next();)
      found.push_back(
          {std::string{row.text(0)}, std::string{row.text(1)}, std::string{row.text(2)}});
    return found;
  });
}

} // namespace annals::sqlite
