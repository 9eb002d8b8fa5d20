#include <annals/persistence/sqlite/sqlite_writer.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

#include <algorithm>
#include <utility>

namespace annals::sqlite {

sqlite_writer::sqlite_writer(connection& db, std::size_t remembered)
    : db_{db}, data_version_{db, "PRAGMA data_version"},
      last_position_{db, "SELECT max(position) FROM events"}, chain_{db},
      insert_stream_{db, "INSERT INTO streams(name) VALUES (?1) RETURNING id"},
      insert_event_{db, "INSERT INTO events(position, stream, version, previous, id, type, "
                        "schema_version, time, correlation_id, causation_id, metadata, payload) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
      insert_head_{db, "INSERT INTO heads(stream, position) VALUES (?1, ?2)"},
      move_head_{db, "UPDATE heads SET position = ?2 WHERE stream = ?1 AND position = ?3"},
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
  auto before = stream.position;
  if (stream.id == 0) {
    auto inserted = insert_stream_.run(request.stream);
    inserted.next();
    stream.id = inserted.number(0);
  }
  for (const auto& event : request.events)
    insert_event(stream, event);
  move_head(stream, before);
  return appended{stream.version, position_};
}

void sqlite_writer::insert_event(stream_head& stream, const new_event& event) {
  auto previous = std::exchange(stream.position, ++position_);
  insert_event_.execute(position_, stream.id, ++stream.version, previous, always{event.id},
                        event.type, event.schema_version, event.time.time_since_epoch().count(),
                        event.correlation_id, event.causation_id, event.metadata, event.payload);
}

// Moves it only from where it was believed to be: the last fence against two writers of a stream.
// The first is the lock of the transaction, the second that no position can be taken twice.
void sqlite_writer::move_head(const stream_head& stream, log_position before) {
  if (before == 0)
    return insert_head_.execute(stream.id, stream.position);
  move_head_.execute(stream.id, stream.position, before);
  if (db_.rows_changed() != 1)
    throw error{{errc::store_corrupt, "the store " + shown(db_.file())
                                          + " was written by another program that does not keep "
                                            "its rules; verify it and restore a backup"}};
}

stream_head& sqlite_writer::look_up(const std::string& stream) {
  if (auto* known = streams_.find(stream))
    return *known;
  return streams_.put(stream, chain_.head_of(stream));
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
