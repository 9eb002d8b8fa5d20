#include <annals/persistence/sqlite/sqlite_writer.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

#include <algorithm>

namespace annals::sqlite {

sqlite_writer::sqlite_writer(connection& db, std::size_t remembered)
    : db_{db}, data_version_{db, "PRAGMA data_version"},
      last_position_{db, "SELECT max(position) FROM events"},
      find_stream_{db, "SELECT id, (SELECT max(version) FROM events WHERE stream = streams.id) "
                       "FROM streams WHERE name = ?1"},
      insert_stream_{db, "INSERT INTO streams(name) VALUES (?1) RETURNING id"},
      insert_event_{db, "INSERT INTO events(position, stream, version, id, type, schema_version, "
                        "time, correlation_id, causation_id, metadata, payload) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
      save_model_{db, "INSERT INTO read_models(projection, checkpoint, schema_version, model) "
                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT(projection) DO UPDATE SET "
                      "checkpoint = ?2, schema_version = ?3, model = ?4"},
      streams_{remembered} {}

std::vector<append_outcome> sqlite_writer::append(std::span<const append_request> requests) {
  if (requests.empty())
    return {};
  try {
    return append_in_transaction(requests);
  } catch (...) {
    forget();
    throw;
  }
}

std::vector<append_outcome>
sqlite_writer::append_in_transaction(std::span<const append_request> requests) {
  transaction changes{db_};
  notice_other_writers();
  std::vector<append_outcome> outcomes;
  outcomes.reserve(requests.size());
  for (const auto& request : requests)
    outcomes.push_back(append_one(request));
  if (std::ranges::any_of(outcomes, [](const auto& outcome) { return outcome.has_value(); }))
    changes.commit();
  return outcomes;
}

append_outcome sqlite_writer::append_one(const append_request& request) {
  if (auto good = check_request(request); !good)
    return good.error();
  auto& stream = look_up(request.stream);
  if (stream.version != request.expected_version)
    return version_conflict(request.stream, request.expected_version, stream.version);
  if (stream.id == 0) {
    auto inserted = insert_stream_.run(request.stream);
    inserted.next();
    stream.id = inserted.number(0);
  }
  for (const auto& event : request.events)
    insert_event(stream.id, ++stream.version, event);
  return appended{stream.version, position_};
}

void sqlite_writer::insert_event(std::int64_t stream, stream_version version,
                                 const new_event& event) {
  insert_event_.execute(++position_, stream, version, always{event.id}, event.type,
                        event.schema_version, event.time.time_since_epoch().count(),
                        event.correlation_id, event.causation_id, event.metadata, event.payload);
}

sqlite_writer::known_stream& sqlite_writer::look_up(const std::string& stream) {
  if (auto* known = streams_.find(stream))
    return *known;
  known_stream found;
  auto row = find_stream_.run(stream);
  if (row.next())
    found = {row.number(0), row.count(1)};
  return streams_.put(stream, found);
}

void sqlite_writer::save(const stored_model& model) {
  transaction changes{db_};
  save_model_.execute(model.projection, model.checkpoint, model.schema_version, model.model);
  changes.commit();
}

// SQLite's data_version changes exactly when another connection has committed, and inside a
// transaction nobody else can.
void sqlite_writer::notice_other_writers() {
  auto row = data_version_.run();
  row.next();
  if (row.number(0) == seen_data_version_)
    return;
  forget();
  seen_data_version_ = row.number(0);
  auto last = last_position_.run();
  last.next();
  position_ = last.count(0);
}

void sqlite_writer::forget() noexcept {
  streams_.clear();
  seen_data_version_ = -1;
}

} // namespace annals::sqlite
