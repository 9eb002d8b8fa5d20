#include <annals/persistence/sqlite/extras_writer.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/layout.hpp>
#include <annals/persistence/sqlite/outcome_row.hpp>

namespace annals::sqlite {

extras_writer::extras_writer(connection& db)
    : db_{db}, any_outcome_{db, "SELECT 1 FROM outcomes LIMIT 1"},
      answered_in_{db, "SELECT command_id FROM outcomes INDEXED BY outcomes_by_stream "
                       "WHERE stream = ?1 AND " ANNALS_IS_FINAL " LIMIT ?2"},
      final_outcome_{db, "SELECT 1 FROM outcomes INDEXED BY final_outcomes "
                         "WHERE command_id = ?1 AND stream = ?2 AND " ANNALS_IS_FINAL},
      holder_{db, "SELECT stream FROM reservations WHERE in_set = ?1 AND value = ?2"},
      take_{db, "INSERT OR IGNORE INTO reservations(in_set, value, stream) VALUES (?1, ?2, ?3)"},
      release_{db, "DELETE FROM reservations WHERE in_set = ?1 AND value = ?2 AND stream = ?3"},
      insert_outcome_{db, "INSERT INTO outcomes(" ANNALS_OUTCOME_COLUMNS ", final) VALUES "
                          "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
      forget_{db, "DELETE FROM outcomes WHERE id IN (SELECT id FROM outcomes WHERE time < ?1 "
                  "ORDER BY time LIMIT ?2)"} {}

void extras_writer::refresh() { has_outcomes_ = any_outcome_.run().next(); }

answered_commands extras_writer::answered_in(std::string_view stream) {
  constexpr std::size_t worth_telling_apart = 64;
  answered_commands answered;
  if (!has_outcomes_)
    return answered;
  auto row = answered_in_.run(stream, worth_telling_apart);
  for (std::size_t found = 1; row.next(); ++found) {
    answered.add(row.id(0));
    if (found == worth_telling_apart)
      answered.add_all();
  }
  return answered;
}

bool extras_writer::is_answered(std::string_view stream, const uuid& command_id) {
  return final_outcome_.run(always{command_id}, stream).next();
}

result<void> extras_writer::check(const append_request& request) {
  for (const auto& wanted : request.extras.reservations) {
    if (wanted.release)
      continue;
    auto held = holder_.run(wanted.set, wanted.value);
    if (held.next() && held.text(0) != request.stream)
      return already_taken(wanted, held.text(0));
  }
  if (!has_outcomes_)
    return {};
  for (const auto& outcome : request.extras.outcomes)
    if (is_final(outcome) && is_answered(outcome.stream, outcome.command_id))
      return answered_elsewhere(outcome.stream, outcome.command_id);
  return {};
}

void extras_writer::store(const append_request& request, log_position position) {
  for (const auto& wanted : request.extras.reservations)
    (wanted.release ? release_ : take_).execute(wanted.set, wanted.value, request.stream);
  for (const auto& outcome : request.extras.outcomes)
    store(outcome, outcome.events != 0 ? position : outcome.position);
}

void extras_writer::store(const command_outcome& outcome, log_position position) {
  // As it stands in a signed column; binding it as a count would cut it off.
  auto digest = static_cast<std::int64_t>(outcome.digest);
  auto code = outcome.why ? to_string(outcome.why->code) : std::string_view{};
  auto message = outcome.why ? std::string_view{outcome.why->message} : std::string_view{};
  auto final = static_cast<std::int64_t>(is_final(outcome));
  insert_outcome_.execute(outcome.stream, always{outcome.command_id}, outcome.correlation_id,
                          outcome.command, outcome.time.time_since_epoch().count(), digest,
                          outcome.version, position, outcome.events, code, message, final);
  has_outcomes_ = true;
}

void extras_writer::take_over(std::span<const command_outcome> outcomes,
                              std::span<const held_value> values) {
  statement same{db_, "SELECT 1 FROM outcomes INDEXED BY outcomes_by_stream "
                      "WHERE stream = ?1 AND time = ?2 AND command_id = ?3"};
  for (const auto& outcome : outcomes)
    if (!(is_final(outcome) && is_answered(outcome.stream, outcome.command_id))
        && !same.run(outcome.stream, outcome.time.time_since_epoch().count(),
                     always{outcome.command_id})
                .next())
      store(outcome, outcome.position);
  statement hold{db_, "INSERT OR REPLACE INTO reservations(in_set, value, stream) "
                      "VALUES (?1, ?2, ?3)"};
  statement free{db_, "DELETE FROM reservations WHERE in_set = ?1 AND value = ?2"};
  for (const auto& value : values) {
    if (value.stream.empty())
      free.execute(value.set, value.value);
    else
      hold.execute(value.set, value.value, value.stream);
  }
}

std::uint64_t extras_writer::forget_outcomes(timestamp before, std::size_t limit) {
  forget_.execute(before.time_since_epoch().count(), limit);
  return static_cast<std::uint64_t>(db_.rows_changed());
}

} // namespace annals::sqlite
