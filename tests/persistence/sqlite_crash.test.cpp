#include <annals/persistence/sqlite/sqlite_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <map>
#include <random>
#include <thread>

#include <csignal>
#include <unistd.h>

using namespace annals;
using namespace annals::tests;

namespace {

constexpr auto in_two_streams = "a.moved";

// Gives a request an event in another stream, an outcome and a reservation, all of one correlation.
void extend(append_request& request, stream_part other) {
  auto& own = request.events[0];
  auto& theirs = other.events[0];
  own.type = theirs.type = in_two_streams;
  theirs.correlation_id = own.correlation_id;
  theirs.metadata = own.metadata;
  theirs.payload = own.payload;
  auto outcome = sample_outcome(request.stream);
  outcome.correlation_id = own.correlation_id;
  outcome.events = 2;
  request.extras.outcomes.push_back(outcome);
  request.extras.reservations.push_back({"move", to_string(own.correlation_id)});
  request.extras.parts.push_back(std::move(other));
}

// A group is one append over several streams; each of its events carries the group's number and
// how many events the group has. Every third request writes to two streams.
std::vector<append_request> group_of(std::uint64_t number, std::size_t size,
                                     std::vector<stream_version>& version) {
  std::vector<append_request> requests;
  for (std::size_t i = 0; i < size; ++i) {
    auto stream = i % version.size();
    requests.push_back(sample_request("a-" + std::to_string(stream), version[stream]++));
    requests.back().events[0].metadata = std::to_string(number);
    requests.back().events[0].payload = std::to_string(size);
    if (i % 3 == 0 && i + 1 < size) {
      auto other = ++i % version.size();
      extend(requests.back(), sample_part("a-" + std::to_string(other), version[other]++));
    }
  }
  return requests;
}

// Appends group after group for ever, and reports each one's last position when it is told.
void append_groups(const std::string& path, const child_process::report& report) {
  auto store = open_sqlite_store(path).value();
  auto reader = store->open_reader().value();
  std::vector<stream_version> version;
  for (int stream = 0; stream < 20; ++stream)
    version.push_back(reader->version_of("a-" + std::to_string(stream)).value());
  std::minstd_rand random{static_cast<unsigned>(reader->last_position().value()) + 1};
  for (std::uint64_t number = reader->last_position().value();; ++number) {
    auto outcomes = store->append(group_of(number, random() % 300 + 1, version));
    for (const auto& outcome : outcomes)
      (void)outcome.value();
    report(outcomes.back().value().position);
  }
}

void check_whole_groups(event_store& store, log_position acknowledged) {
  auto log = whole_log(store);
  CHECK(log.size() >= acknowledged);
  std::map<std::string, std::size_t> found;
  std::map<std::string, stream_version> version;
  std::size_t mistakes = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    mistakes += log[i].position != i + 1;
    mistakes += log[i].version != ++version[log[i].stream];
    ++found[log[i].metadata];
  }
  for (const auto& event : log)
    mistakes += found[event.metadata] != std::stoul(event.payload);
  CHECK(mistakes == 0);
}

// What was written to two streams is in both, with its outcome and its reservation, and there are
// no others; how many.
std::size_t check_whole_requests(event_store& store) {
  auto reader = store.open_reader().value();
  std::size_t mistakes = 0;
  std::size_t events = 0;
  for (const auto& event : whole_log(store)) {
    if (event.type != in_two_streams)
      continue;
    ++events;
    const auto& id = event.correlation_id;
    mistakes += reader->find_by_correlation(id, 0, 9).value().size() != 2;
    auto outcomes = reader->find_outcomes(id, 9).value();
    mistakes += outcomes.size() != 1 || outcomes[0].position < event.position;
    mistakes += !reader->holder_of("move", to_string(id)).value().has_value();
  }
  std::size_t outcomes = 0;
  for (const auto& stream : reader->list_streams("", 100).value())
    outcomes += reader->read_outcomes(stream.stream, {}, 1'000'000).value().size();
  CHECK(mistakes == 0);
  CHECK(events == 2 * outcomes);
  return outcomes;
}

// Appends to one stream against another process until it has `goal` versions; reports each version
// that it won.
void race(const std::string& path, stream_version goal, const child_process::report& report) {
  auto store = open_sqlite_store(path).value();
  auto reader = store->open_reader().value();
  for (stream_version version = 0; version < goal; version = reader->version_of("a-1").value()) {
    auto outcome = append(*store, sample_request("a-1", version));
    if (outcome)
      report(outcome->version);
    else if (outcome.error().code != errc::version_conflict)
      throw error{outcome.error()};
  }
}

std::vector<std::uint64_t> all_reports(child_process& child) {
  std::vector<std::uint64_t> reports;
  for (std::uint64_t number = 0; child.next(number);)
    reports.push_back(number);
  return reports;
}

} // namespace

TEST_CASE(
    "killed in the middle of appends, a store has all that was acknowledged, in whole groups") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  std::mt19937 random{Catch::rngSeed()};
  log_position acknowledged = 0;
  std::size_t extended = 0;
  for (int round = 0; round < 6; ++round) {
    child_process child{[&](const auto& report) { append_groups(path, report); }};
    // The first group is there before the clock starts, so that each round kills a writer at work.
    REQUIRE(child.next(acknowledged));
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 60});
    child.kill();
    while (child.next(acknowledged)) {}
    CHECK(child.wait() == -SIGKILL);
    auto mode = round % 2 == 0 ? open_mode::read_only : open_mode::existing;
    auto store = open_sqlite_store(path, {.mode = mode}).value();
    check_whole_groups(*store, acknowledged);
    extended = check_whole_requests(*store);
  }
  CHECK(acknowledged > 0);
  CHECK(extended > 0);
}

TEST_CASE("of two processes that race for one stream exactly one wins each version") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  constexpr stream_version goal = 150;
  // Both create the store as well: neither is ahead of the other.
  child_process one{[&](const auto& report) { race(path, goal, report); }};
  child_process two{[&](const auto& report) { race(path, goal, report); }};
  auto won = all_reports(one);
  for (auto version : all_reports(two))
    won.push_back(version);
  CHECK(one.wait() == 0);
  CHECK(two.wait() == 0);
  std::ranges::sort(won);
  auto store = open_sqlite_store(path).value();
  CHECK(won == versions(whole_log(*store)));
  CHECK(won.size() >= goal);
}

TEST_CASE("many processes may create one store at once") {
  temporary_folder folder;
  for (int round = 0; round < 5; ++round) {
    auto path = folder.file("a" + std::to_string(round) + ".db");
    auto create = [&](const auto&) {
      auto store = open_sqlite_store(path).value();
      fill(*store, "a-" + std::to_string(getpid()), 0, 1);
    };
    child_process one{create};
    child_process two{create};
    child_process three{create};
    CHECK(one.wait() == 0);
    CHECK(two.wait() == 0);
    CHECK(three.wait() == 0);
    CHECK(whole_log(*open_sqlite_store(path).value()).size() == 3);
  }
}
