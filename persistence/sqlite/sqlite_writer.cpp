#include <annals/persistence/sqlite/sqlite_writer.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

#include <algorithm>
#include <utility>

namespace annals::sqlite {

namespace {

// How many events of the log an inline projection takes in at once.
constexpr std::size_t inline_batch = 1000;

} // namespace

sqlite_writer::sqlite_writer(connection& db, std::size_t remembered)
    : db_{db}, data_version_{db, "PRAGMA data_version"},
      last_position_{db, "SELECT max(position) FROM events"}, chain_{db},
      insert_stream_{db, "INSERT INTO streams(name) VALUES (?1) RETURNING id"},
      insert_event_{
          db,
          "INSERT INTO events(position, stream, version, previous, id, type, "
          "schema_version, time, correlation_id, causation_id, metadata, payload, command_digest) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"},
      insert_head_{db, "INSERT INTO heads(stream, last) VALUES (?1, ?2)"},
      move_head_{db, "UPDATE heads SET last = ?2 WHERE stream = ?1 AND last = ?3"}, extras_{db},
      snapshots_{db}, fences_{db}, models_{db}, streams_{remembered}, inline_session_{db} {}

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
  if (!inline_.empty())
    if (auto there = catch_up_inline(); !there)
      return std::vector<append_outcome>(requests.size(), there.error());
  std::vector<append_outcome> outcomes;
  outcomes.reserve(requests.size());
  const auto before = position_;
  for (const auto& request : requests)
    outcomes.push_back(append_one(request));
  if (!inline_.empty() && position_ != before)
    inline_.move_to(inline_session_, position_);
  if (std::ranges::any_of(outcomes, [](const auto& outcome) { return outcome.has_value(); }))
    changes.commit();
  return outcomes;
}

append_outcome sqlite_writer::append_one(const append_request& request) {
  if (auto good = check(request); !good)
    return good.error();
  if (!inline_.empty())
    if (auto taken = take_in_inline(request); !taken)
      return taken.error();
  auto before = position_;
  auto version = request.expected_version;
  if (!request.events.empty())
    version = add_events(request.stream, request.events);
  if (!request.extras.empty())
    store_extras(request, before);
  return appended{version, position_ != before ? position_ : 0};
}

// Before the events themselves, so that only what the application has written is taken back where
// it cannot take them in.
result<void> sqlite_writer::take_in_inline(const append_request& request) {
  const auto events = as_recorded(request, position_);
  if (events.empty())
    return {};
  db_.execute("SAVEPOINT annals_inline");
  auto taken = inline_.project(inline_session_, events);
  if (!db_.in_transaction())
    throw error{{errc::invalid_argument,
                 "SQL of an inline projection has ended the transaction; nothing was stored"}};
  if (!taken)
    db_.execute("ROLLBACK TO annals_inline");
  db_.execute("RELEASE annals_inline");
  return taken;
}

// What others have written without these projections.
result<void> sqlite_writer::catch_up_inline() {
  while (inline_.position(inline_session_) < position_)
    if (auto there = inline_.catch_up(inline_session_, *inline_reader_, position_, inline_batch);
        !there)
      return there.error();
  return {};
}

// What the log has already in small transactions, so that others come between.
result<void> sqlite_writer::keep_inline(std::span<const inline_projection> all,
                                        std::unique_ptr<event_reader> reader) {
  inline_runner made;
  {
    transaction changes{db_};
    if (auto begun = made.begin(inline_session_, all); !begun)
      return begun;
    changes.commit();
  }
  for (bool ends = false; !ends;) {
    transaction changes{db_};
    notice_other_writers();
    ends = made.position(inline_session_) >= position_;
    if (!ends)
      if (auto there = made.catch_up(inline_session_, *reader, position_, inline_batch); !there)
        return there.error();
    changes.commit();
  }
  inline_ = std::move(made);
  inline_reader_ = std::move(reader);
  return {};
}

// Everything is checked before anything is written, so that nothing has to be taken back.
result<void> sqlite_writer::check(const append_request& request) {
  if (auto good = check_request(request); !good)
    return good;
  const auto& stream = look_up(request.stream);
  if (stream.version != request.expected_version)
    return version_conflict(request.stream, request.expected_version, stream.version);
  if (!stream.answered.empty())
    if (const auto* answered = answered_command(request, stream.answered, [&](const uuid& id) {
          return extras_.is_answered(request.stream, id);
        }))
      return answered_elsewhere(request.stream, *answered);
  if (request.extras.empty())
    return {};
  if (auto good = fences_.check(request.extras.fence); !good)
    return good;
  for (const auto& part : request.extras.parts)
    if (auto version = look_up(part.stream).version; version != part.expected_version)
      return version_conflict(part.stream, part.expected_version, version);
  return extras_.check(request);
}

void sqlite_writer::store_extras(const append_request& request, log_position before) {
  for (const auto& part : request.extras.parts)
    if (!part.events.empty())
      add_events(part.stream, part.events);
  extras_.store(request, position_ != before ? position_ : 0);
  for (const auto& outcome : request.extras.outcomes)
    if (auto* stream = is_final(outcome) ? streams_.find(outcome.stream) : nullptr)
      stream->answered.add(outcome.command_id);
}

stream_version sqlite_writer::add_events(const std::string& name,
                                         const std::vector<new_event>& events) {
  auto& stream = look_up(name);
  auto before = stream.position;
  if (stream.id == 0) {
    auto inserted = insert_stream_.run(name);
    inserted.next();
    stream.id = inserted.number(0);
  }
  for (const auto& event : events)
    insert_event(stream, event);
  move_head(stream, before);
  return stream.version;
}

void sqlite_writer::insert_event(stream_head& stream, const new_event& event) {
  auto previous = std::exchange(stream.position, ++position_);
  insert_event_.execute(position_, stream.id, ++stream.version, previous, always{event.id},
                        event.type, event.schema_version, event.time.time_since_epoch().count(),
                        event.correlation_id, event.causation_id, event.metadata, event.payload,
                        static_cast<std::int64_t>(event.command_digest));
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

sqlite_writer::known_stream& sqlite_writer::look_up(const std::string& stream) {
  if (auto* known = streams_.find(stream))
    return *known;
  return streams_.put(stream, {chain_.head_of(stream), extras_.answered_in(stream)});
}

result<void> sqlite_writer::save(const stored_model& model) {
  transaction changes{db_};
  if (auto good = fences_.check(model.fence); !good)
    return good;
  if (!models_.save(model))
    return model_replaced(model);
  changes.commit();
  return {};
}

result<std::uint64_t> sqlite_writer::replace(const stored_model& model,
                                             std::span<const std::string> removed) {
  transaction changes{db_};
  if (!models_.replace(model))
    return model_replaced(model);
  models_.remove(removed);
  changes.commit();
  return model.generation + 1;
}

void sqlite_writer::remove_models(std::span<const std::string> projections) {
  transaction changes{db_};
  models_.remove(projections);
  changes.commit();
}

void sqlite_writer::save(std::span<const stored_snapshot> snapshots, std::size_t keep) {
  transaction changes{db_};
  snapshots_.save(snapshots, keep);
  changes.commit();
}

std::uint64_t sqlite_writer::drop_snapshots(std::string_view stream) {
  transaction changes{db_};
  auto dropped = snapshots_.drop(stream);
  changes.commit();
  return dropped;
}

std::uint64_t sqlite_writer::forget_outcomes(timestamp before, std::size_t limit) {
  transaction changes{db_};
  auto forgotten = extras_.forget_outcomes(before, limit);
  if (forgotten != 0)
    changes.commit();
  return forgotten;
}

void sqlite_writer::take_over(std::span<const command_outcome> outcomes,
                              std::span<const held_value> values) {
  transaction changes{db_};
  extras_.take_over(outcomes, values);
  changes.commit();
  forget();
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
  extras_.refresh();
}

void sqlite_writer::forget() noexcept {
  streams_.clear();
  seen_data_version_ = -1;
}

} // namespace annals::sqlite
