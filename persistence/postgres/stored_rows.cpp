#include <annals/persistence/postgres/stored_rows.hpp>

#include <annals/persistence/stored_code.hpp>

namespace annals::postgres {

namespace {

timestamp time_from(std::int64_t microseconds) {
  return timestamp{std::chrono::microseconds{microseconds}};
}

} // namespace

recorded_event event_from(const row& found, std::string_view stream) {
  recorded_event event;
  event.position = found.count(0);
  event.stream = stream;
  event.version = found.count(2);
  event.schema_version = static_cast<std::uint32_t>(found.number(3));
  event.time = time_from(found.number(4));
  event.command_digest = found.count(5);
  event.id = found.id(6);
  event.correlation_id = found.id(7);
  event.causation_id = found.id(8);
  event.type = found.text(9);
  event.metadata = found.text(10);
  event.payload = found.text(11);
  return event;
}

command_outcome outcome_from(const row& found) {
  command_outcome outcome;
  outcome.stream = found.text(0);
  outcome.command_id = found.id(1);
  outcome.correlation_id = found.id(2);
  outcome.command = found.text(3);
  outcome.time = time_from(found.number(4));
  outcome.digest = found.count(5);
  outcome.version = found.count(6);
  outcome.position = found.count(7);
  outcome.events = static_cast<std::uint32_t>(found.number(8));
  if (auto code = found.text(9); !code.empty())
    outcome.why = failure{code_named(code), found.text(10)};
  return outcome;
}

stored_model model_from(const row& found) {
  return {found.text(0), found.count(1), static_cast<std::uint32_t>(found.number(2)),
          found.text(3), found.count(4), found.text(5)};
}

stored_snapshot snapshot_from(const row& found) {
  return {found.text(0),
          found.count(1),
          found.count(2),
          static_cast<std::uint32_t>(found.number(3)),
          time_from(found.number(4)),
          found.text(5)};
}

} // namespace annals::postgres
