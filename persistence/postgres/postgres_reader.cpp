#include <annals/persistence/postgres/postgres_reader.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/at_port.hpp>
#include <annals/persistence/postgres/stored_rows.hpp>

#include <algorithm>
#include <unordered_map>

namespace annals::postgres {

namespace {

constexpr std::size_t remembered_names = 32768;

#define ANNALS_PG_OF_STREAM                                                                        \
  "FROM events WHERE stream = (SELECT id FROM streams WHERE name = $1) "                           \
  "AND version BETWEEN $2 AND $3 ORDER BY version "

const statement forwards{"forwards",
                         "SELECT " ANNALS_PG_EVENT_COLUMNS ANNALS_PG_OF_STREAM "LIMIT $4"};
const statement backwards{"backwards",
                          "SELECT " ANNALS_PG_EVENT_COLUMNS ANNALS_PG_OF_STREAM "DESC LIMIT $4"};
const statement log_after{"log", "SELECT " ANNALS_PG_EVENT_COLUMNS
                                 "FROM events WHERE position > $1 ORDER BY position LIMIT $2"};
// Positions have no gaps, so that the next events are those of a range.
const statement part_after{"part", "SELECT " ANNALS_PG_EVENT_COLUMNS
                                   "FROM events WHERE position > $1 AND position <= $2 "
                                   "AND stream % $3 = $4 ORDER BY position"};
const statement correlated{"correlated", "SELECT " ANNALS_PG_EVENT_COLUMNS
                                         "FROM events WHERE correlation_id = $1 AND position > $2 "
                                         "ORDER BY position LIMIT $3"};
const statement names_by_id{"names", "SELECT id, name FROM streams WHERE id = ANY($1)"};
const statement version{
    "version", "SELECT max(version) FROM events "
               "WHERE stream = (SELECT id FROM streams WHERE name = $1) HAVING max(version) > 0"};
const statement last{"last", "SELECT max(position) FROM events HAVING max(position) IS NOT NULL"};
const statement streams{"streams",
                        "SELECT name, (SELECT max(version) FROM events WHERE stream = streams.id) "
                        "FROM streams WHERE name > $1 ORDER BY name LIMIT $2"};
const statement one_model{"model",
                          "SELECT projection, checkpoint, schema_version, contents, generation, "
                          "notes FROM read_models WHERE projection = $1"};
const statement all_models{"models", "SELECT projection, checkpoint, schema_version, '', "
                                     "generation, notes FROM read_models ORDER BY projection"};
const statement model_generation{"generation",
                                 "SELECT generation FROM read_models WHERE projection = $1"};
const statement newest_snapshot{"snapshot",
                                "SELECT stream, version, position, schema_version, time, state "
                                "FROM snapshots WHERE stream = $1 AND version <= $2 "
                                "ORDER BY version DESC LIMIT 1"};
const statement outcomes_of_stream{"outcomes_of_stream",
                                   "SELECT " ANNALS_PG_OUTCOME_COLUMNS
                                   "FROM outcomes WHERE stream = $1 AND time >= $2 "
                                   "ORDER BY time DESC, id DESC LIMIT $3"};
const statement outcomes_of_correlation{"outcomes_of_correlation",
                                        "SELECT " ANNALS_PG_OUTCOME_COLUMNS
                                        "FROM outcomes WHERE correlation_id = $1 "
                                        "ORDER BY time, id LIMIT $2"};
const statement final_outcome{"final_outcome",
                              "SELECT " ANNALS_PG_OUTCOME_COLUMNS
                              "FROM outcomes WHERE command_id = $1 AND stream = $2 AND final"};
const statement outcomes_from{"outcomes_from", "SELECT " ANNALS_PG_OUTCOME_COLUMNS ", id "
                                               "FROM outcomes WHERE id > $1 ORDER BY id LIMIT $2"};
// Where a column stands that follows those of an outcome.
constexpr int id_after_outcome = 11;
const statement values_after{"values_after",
                             "SELECT in_set, value, stream FROM reservations "
                             "WHERE (in_set, value) > ($1::text COLLATE \"C\", $2::text COLLATE "
                             "\"C\") ORDER BY in_set, value LIMIT $3"};
const statement holder{"holder",
                       "SELECT stream FROM reservations WHERE in_set = $1 AND value = $2"};

template <class One>
auto all_from(One one) {
  return [one](const rows& found) {
    std::vector<decltype(one(found[0]))> all;
    all.reserve(static_cast<std::size_t>(found.size()));
    for (int i = 0; i < found.size(); ++i)
      all.push_back(one(found[i]));
    return all;
  };
}

template <class One>
auto first_from(One one) {
  return [one](const rows& found) {
    return found.empty() ? std::nullopt : std::optional{one(found[0])};
  };
}

std::uint64_t number_or_0(const rows& found) { return found.empty() ? 0 : found[0].count(0); }

} // namespace

postgres_reader::postgres_reader(const settings& where)
    : session_{where}, names_{remembered_names} {
  session_.keep_trying([](connection& db) { return db.server_version(); });
}

template <class From>
auto postgres_reader::ask(const statement& what, const arguments& with, From from) {
  return at_port([&] {
    return session_.keep_trying([&](connection& db) { return from(db.run({&what, with})); });
  });
}

result<std::vector<recorded_event>> postgres_reader::read_stream(std::string_view stream,
                                                                 stream_slice slice) {
  arguments with;
  with.add(stream).add(slice.from).add(slice.to).add(std::uint64_t{slice.limit});
  return ask(slice.order == direction::forwards ? forwards : backwards, with,
             all_from([&](const row& found) { return event_from(found, stream); }));
}

result<std::vector<recorded_event>> postgres_reader::read_log(log_position after,
                                                              std::size_t limit) {
  arguments with;
  with.add(after).add(std::uint64_t{limit});
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      return log_events(db, db.run({&log_after, with}));
    });
  });
}

result<read_part> postgres_reader::read_log_part(log_part part, log_position after,
                                                 std::size_t limit) {
  if (auto good = check_log_part(part); !good)
    return good.error();
  auto end = last_position();
  if (!end)
    return end.error();
  if (*end <= after)
    return read_part{{}, after};
  auto to = std::min(*end, limit < *end - after ? after + limit : *end);
  arguments with;
  with.add(after).add(to).add(std::uint64_t{part.of}).add(std::uint64_t{part.index});
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      return read_part{log_events(db, db.run({&part_after, with})), to};
    });
  });
}

result<std::vector<recorded_event>>
postgres_reader::find_by_correlation(const uuid& id, log_position after, std::size_t limit) {
  arguments with;
  with.add(id).add(after).add(std::uint64_t{limit});
  return at_port([&] {
    return session_.keep_trying([&](connection& db) {
      return log_events(db, db.run({&correlated, with}));
    });
  });
}

std::vector<recorded_event> postgres_reader::log_events(connection& db, const rows& found) {
  auto names = names_of(db, found);
  std::vector<recorded_event> events;
  events.reserve(names.size());
  for (int i = 0; i < found.size(); ++i)
    events.push_back(event_from(found[i], names[static_cast<std::size_t>(i)]));
  return events;
}

// The stream's name for each row. Names are asked for once and remembered: they never change.
std::vector<std::string> postgres_reader::names_of(connection& db, const rows& found) {
  std::vector<std::string> names(static_cast<std::size_t>(found.size()));
  std::unordered_map<std::int64_t, std::string> unknown;
  for (int i = 0; i < found.size(); ++i) {
    if (const auto* known = names_.find(found[i].number(1)))
      names[static_cast<std::size_t>(i)] = *known;
    else
      unknown.try_emplace(found[i].number(1));
  }
  if (unknown.empty())
    return names;
  auto ids = array::of_numbers();
  for (const auto& [id, name] : unknown)
    ids.add(id);
  auto learned = db.run({&names_by_id, arguments{}.add(std::move(ids))});
  for (int i = 0; i < learned.size(); ++i)
    names_.put(learned[i].number(0), unknown[learned[i].number(0)] = learned[i].text(1));
  for (int i = 0; i < found.size(); ++i)
    if (auto& name = names[static_cast<std::size_t>(i)]; name.empty())
      name = unknown[found[i].number(1)];
  if (std::ranges::count(names, std::string{}) != 0)
    throw error{{errc::store_corrupt, "the store " + session_.where().shown
                                          + " holds an event of a stream without a name; restore "
                                            "a backup"}};
  return names;
}

result<stream_version> postgres_reader::version_of(std::string_view stream) {
  return ask(version, arguments{}.add(stream), number_or_0);
}

result<log_position> postgres_reader::last_position() { return ask(last, {}, number_or_0); }

result<std::vector<stream_info>> postgres_reader::list_streams(std::string_view after,
                                                               std::size_t limit) {
  return ask(streams, arguments{}.add(after).add(std::uint64_t{limit}),
             all_from([](const row& found) {
               return stream_info{found.text(0), found.count(1)};
             }));
}

result<std::optional<stored_model>> postgres_reader::load_model(std::string_view projection) {
  return ask(one_model, arguments{}.add(projection), first_from(model_from));
}

result<std::vector<stored_model>> postgres_reader::list_models() {
  return ask(all_models, {}, all_from(model_from));
}

result<std::optional<std::uint64_t>> postgres_reader::generation_of(std::string_view projection) {
  return ask(model_generation, arguments{}.add(projection),
             first_from([](const row& found) { return found.count(0); }));
}

result<std::optional<stored_snapshot>> postgres_reader::load_snapshot(std::string_view stream,
                                                                      stream_version newest) {
  return ask(newest_snapshot, arguments{}.add(stream).add(newest), first_from(snapshot_from));
}

result<std::vector<command_outcome>>
postgres_reader::read_outcomes(std::string_view stream, timestamp since, std::size_t limit) {
  arguments with;
  with.add(stream).add(since.time_since_epoch().count()).add(std::uint64_t{limit});
  return ask(outcomes_of_stream, with, all_from(outcome_from));
}

result<std::vector<command_outcome>> postgres_reader::find_outcomes(const uuid& correlation,
                                                                    std::size_t limit) {
  return ask(outcomes_of_correlation, arguments{}.add(correlation).add(std::uint64_t{limit}),
             all_from(outcome_from));
}

result<std::optional<command_outcome>> postgres_reader::find_outcome(std::string_view stream,
                                                                     const uuid& command_id) {
  return ask(final_outcome, arguments{}.add(command_id).add(stream), first_from(outcome_from));
}

result<std::optional<std::string>> postgres_reader::holder_of(std::string_view set,
                                                              std::string_view value) {
  return ask(holder, arguments{}.add(set).add(value),
             first_from([](const row& found) { return found.text(0); }));
}

result<outcome_page> postgres_reader::list_outcomes(std::uint64_t from, std::size_t limit) {
  return ask(outcomes_from, arguments{}.add(from).add(std::uint64_t{limit}),
             [from](const rows& found) {
               outcome_page page{{}, from};
               for (int i = 0; i < found.size(); ++i) {
                 page.outcomes.push_back(outcome_from(found[i]));
                 page.next = found[i].count(id_after_outcome);
               }
               return page;
             });
}

result<std::vector<held_value>> postgres_reader::list_values(const held_value& after,
                                                             std::size_t limit) {
  arguments with;
  with.add(std::string_view{after.set}).add(std::string_view{after.value});
  with.add(std::uint64_t{limit});
  return ask(values_after, with, all_from([](const row& found) {
               return held_value{found.text(0), found.text(1), found.text(2)};
             }));
}

} // namespace annals::postgres
