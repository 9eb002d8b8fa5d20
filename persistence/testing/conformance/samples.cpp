#include <annals/persistence/testing/conformance/samples.hpp>

namespace annals::conformance {

new_event sample_event(std::string payload) {
  new_event event;
  event.id = make_id();
  event.type = "bank.money_deposited";
  event.schema_version = 3;
  event.time = now();
  event.correlation_id = make_id();
  event.causation_id = make_id();
  event.command_digest = 0xfedc'ba98'7654'3210ULL;
  event.metadata = R"({"user":"ann"})";
  event.payload = std::move(payload);
  return event;
}

append_request sample_request(std::string stream, stream_version expected, std::size_t count) {
  append_request request{std::move(stream), expected, {}};
  for (std::size_t i = 0; i < count; ++i)
    request.events.push_back(sample_event("{\"cents\":" + std::to_string(i) + '}'));
  return request;
}

stream_part sample_part(std::string stream, stream_version expected, std::size_t count) {
  return {stream, expected, sample_request(stream, expected, count).events};
}

command_outcome sample_outcome(std::string stream) {
  command_outcome outcome;
  outcome.command_id = make_id();
  outcome.correlation_id = make_id();
  outcome.stream = std::move(stream);
  outcome.command = "withdraw";
  outcome.time = now();
  outcome.digest = 0xfedc'ba98'7654'3210ULL;
  outcome.version = 3;
  outcome.why = failure{errc::rejected, "insufficient funds: Zoë 🦉"};
  return outcome;
}

append_request with_outcome(const command_outcome& outcome, stream_version expected) {
  append_request request{outcome.stream, expected, {}};
  request.extras.outcomes.push_back(outcome);
  return request;
}

append_request taking(std::string stream, std::string value, stream_version expected) {
  append_request request{std::move(stream), expected, {}};
  request.extras.reservations.push_back({"bank.email", std::move(value)});
  return request;
}

append_request releasing(std::string stream, std::string value, stream_version expected) {
  auto request = taking(std::move(stream), std::move(value), expected);
  request.extras.reservations.front().release = true;
  return request;
}

append_outcome append(event_store& store, const append_request& request) {
  return store.append({&request, 1}).at(0);
}

appended fill(event_store& store, std::string stream, stream_version expected, std::size_t count) {
  return append(store, sample_request(std::move(stream), expected, count)).value();
}

std::vector<recorded_event> recorded(const append_request& request, log_position position) {
  std::vector<recorded_event> events;
  for (const auto& event : request.events)
    events.push_back({event, request.stream, request.expected_version + events.size() + 1,
                      position + events.size()});
  return events;
}

std::vector<stream_version> versions(const std::vector<recorded_event>& events) {
  std::vector<stream_version> found;
  for (const auto& event : events)
    found.push_back(event.version);
  return found;
}

std::vector<log_position> positions(const std::vector<recorded_event>& events) {
  std::vector<log_position> found;
  for (const auto& event : events)
    found.push_back(event.position);
  return found;
}

std::vector<recorded_event> whole_log(event_store& store) {
  return store.open_reader().value()->read_log(0, 1'000'000'000).value();
}

} // namespace annals::conformance
