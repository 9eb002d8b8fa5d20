#include <annals/persistence/inline_runner.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace annals {

namespace {

constexpr auto checkpoint_table =
    "CREATE TABLE IF NOT EXISTS annals_inline(projection TEXT PRIMARY KEY, "
    "position BIGINT NOT NULL, schema_version BIGINT NOT NULL)";

std::int64_t number_of(const sql_value& value) { return std::get<std::int64_t>(value); }

// What is no fault of the application's SQL is everybody's.
bool is_of_the_database(errc code) {
  return code == errc::store_locked || code == errc::store_full || code == errc::store_read_only
         || code == errc::store_corrupt || code == errc::store_unavailable;
}

recorded_event recorded_as(const new_event& event, const std::string& stream,
                           stream_version version, log_position position) {
  recorded_event made;
  static_cast<new_event&>(made) = event;
  made.stream = stream;
  made.version = version;
  made.position = position;
  return made;
}

std::string first_word(std::string_view sql) {
  std::string word;
  for (auto at = sql.find_first_not_of(" \t\r\n");
       at < sql.size() && std::isalpha(static_cast<unsigned char>(sql[at])) != 0; ++at)
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(sql[at])));
  return word;
}

// What an application may do: its tables, but not the transaction and the connection.
class application_session : public sql_session {
public:
  explicit application_session(sql_session& db) : db_{db} {}

  std::uint64_t run(std::string_view sql, std::span<const sql_value> args) override {
    return noting([&] {
      check(sql);
      return db_.run(sql, args);
    });
  }
  std::vector<std::vector<sql_value>> ask(std::string_view sql,
                                          std::span<const sql_value> args) override {
    return noting([&] {
      check(sql);
      return db_.ask(sql, args);
    });
  }

  /// What SQL has failed with first, whether or not the application has caught it: PostgreSQL takes
  /// nothing more in that transaction, and what holds on one store holds on all.
  const std::optional<failure>& failed() const noexcept { return failed_; }

private:
  template <class Call>
  auto noting(Call call) -> decltype(call()) {
    try {
      return call();
    } catch (const error& thrown) {
      failed_ = failed_.value_or(thrown.why());
      throw;
    }
  }

  static void check(std::string_view sql) {
    static constexpr std::array allowed{"SELECT", "WITH",  "INSERT", "UPDATE", "DELETE",
                                        "CREATE", "ALTER", "DROP",   "REPLACE"};
    if (std::ranges::find(allowed, first_word(sql)) == allowed.end())
      throw error{
          {errc::invalid_argument, "an inline projection may not run " + quoted(sql, 100)
                                       + ": the transaction and the connection are the store's"}};
  }

  sql_session& db_;
  std::optional<failure> failed_;
};

// With what it fails.
result<void> project_one(const inline_projection& one, sql_session& session,
                         const recorded_event& event) {
  application_session db{session};
  try {
    auto taken = one.project(db, event);
    if (taken && db.failed())
      taken = *db.failed();
    if (taken || is_of_the_database(taken.error().code))
      return taken;
    return inline_failure(one, event, taken.error().message);
  } catch (const error& thrown) {
    if (is_of_the_database(thrown.why().code))
      throw;
    return inline_failure(one, event, thrown.why().message);
  } catch (...) {
    return inline_failure(one, event, "it threw: " + what_was_thrown());
  }
}

// Statements one after the other, up to semicolons outside of quotes.
std::vector<std::string> statements_in(std::string_view sql) {
  std::vector<std::string> all(1);
  char quote = 0;
  for (auto c : sql) {
    if (quote == 0 && c == ';') {
      all.emplace_back();
      continue;
    }
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    all.back() += c;
  }
  std::erase_if(
      all, [](const auto& one) { return one.find_first_not_of(" \t\r\n") == std::string::npos; });
  return all;
}

} // namespace

failure inline_failure(const inline_projection& of, const recorded_event& event,
                       const std::string& why) {
  return {errc::domain_threw, "the inline projection " + of.name + " cannot take in the event "
                                  + event.type + " at version " + std::to_string(event.version)
                                  + " of stream " + quoted(event.stream) + " (position "
                                  + std::to_string(event.position)
                                  + "), and without it nothing is stored: " + why};
}

result<void> inline_runner::begin(sql_session& db, std::span<const inline_projection> all) {
  db.execute(checkpoint_table);
  for (const auto& one : all) {
    if (one.name.empty() || !one.project
        || std::ranges::count(all, one.name, &inline_projection::name) > 1)
      return failure{errc::invalid_argument, "the inline projection " + quoted(one.name)
                                                 + " needs a name of its own and a function"};
    if (auto begun = begin_one(db, one); !begun)
      return begun;
  }
  all_.assign(all.begin(), all.end());
  return {};
}

result<void> inline_runner::begin_one(sql_session& db, const inline_projection& one) {
  auto row = db.query("SELECT schema_version FROM annals_inline WHERE projection = ?1", one.name);
  if (!row.empty()) {
    if (number_of(row[0][0]) == one.schema_version)
      return {};
    return failure{errc::invalid_argument,
                   "the tables of the inline projection " + one.name + " are of schema version "
                       + std::to_string(number_of(row[0][0])) + ", and the program's is "
                       + std::to_string(one.schema_version)
                       + "; give the new version a name and tables of its own, or drop the tables "
                         "and its row in annals_inline"};
  }
  application_session guarded{db};
  for (const auto& statement : statements_in(one.tables))
    guarded.execute(statement);
  db.execute("INSERT INTO annals_inline VALUES (?1, ?2, ?3)", one.name, 0, one.schema_version);
  return {};
}

log_position inline_runner::position(sql_session& db) const {
  log_position least = 0;
  bool first = true;
  for (const auto& one : all_) {
    auto row = db.query("SELECT position FROM annals_inline WHERE projection = ?1", one.name);
    if (row.empty())
      throw error{{errc::invalid_argument,
                   "the checkpoint of the inline projection " + one.name
                       + " was removed while the program runs; drop its tables too, and start it "
                         "again"}};
    auto at = static_cast<log_position>(number_of(row[0][0]));
    least = first ? at : std::min(least, at);
    first = false;
  }
  return least;
}

result<log_position> inline_runner::catch_up(sql_session& db, event_reader& reader,
                                             log_position end, std::size_t limit) {
  const auto from = position(db);
  auto events = reader.read_log(from, std::min<std::size_t>(limit, end - from));
  if (!events)
    return events.error();
  for (const auto& one : all_) {
    auto row = db.query("SELECT position FROM annals_inline WHERE projection = ?1", one.name);
    const auto at = static_cast<log_position>(number_of(row.at(0).at(0)));
    for (const auto& event : *events)
      if (event.position > at)
        if (auto taken = project_one(one, db, event); !taken)
          return taken.error();
  }
  const auto to = events->empty() ? end : events->back().position;
  for (const auto& one : all_)
    db.execute("UPDATE annals_inline SET position = ?2 WHERE projection = ?1 AND position < ?2",
               one.name, to);
  return to;
}

result<void> inline_runner::project(sql_session& db, std::span<const recorded_event> events) const {
  for (const auto& one : all_)
    for (const auto& event : events)
      if (auto taken = project_one(one, db, event); !taken)
        return taken;
  return {};
}

void inline_runner::move_to(sql_session& db, log_position end) const {
  for (const auto& one : all_)
    db.execute("UPDATE annals_inline SET position = ?2 WHERE projection = ?1", one.name, end);
}

std::vector<recorded_event> as_recorded(const append_request& request, log_position end) {
  std::vector<recorded_event> made;
  auto add = [&](const std::string& stream, stream_version version,
                 const std::vector<new_event>& events) {
    for (const auto& event : events)
      made.push_back(recorded_as(event, stream, ++version, ++end));
  };
  add(request.stream, request.expected_version, request.events);
  for (const auto& part : request.extras.parts)
    add(part.stream, part.expected_version, part.events);
  return made;
}

} // namespace annals
