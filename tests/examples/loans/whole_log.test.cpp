// The rules and the read models on the whole log, without a node.

#include "tests/examples/loans/figures.hpp"
#include "tests/examples/loans/folded_log.hpp"
#include "tests/shared_data.hpp"

#include <annals/messages/json.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace loans;

namespace {

std::uint64_t sum(const std::map<std::int64_t, std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](auto all, const auto& entry) { return all + entry.second; });
}

std::uint64_t sum(const activities& model) {
  std::uint64_t all = 0;
  for (const auto& [day, counts] : model.by_day)
    for (const auto& [name, count] : counts)
      all += count;
  return all;
}

void check(const spread& times, std::uint64_t count) {
  CHECK(times.count == count);
  CHECK(sum(times.by_days) == count);
  CHECK(times.shortest <= times.sum / static_cast<std::int64_t>(count));
  CHECK(times.longest >= times.sum / static_cast<std::int64_t>(count));
}

} // namespace

TEST_CASE("no row of the log is rejected, and the read models have the known figures") {
  const auto path = annals::tests::shared_data(log_file);
  if (!path)
    return;
  const auto log = folded_log::of(path->string());
  const auto known = known_figures();
  CHECK(annals::to_json(log.outcomes).value() == annals::to_json(known).value());
  CHECK(sum(log.activities) == known.events);
  CHECK(log.activities.by_day.begin()->second.at("A_SUBMITTED") == 1);
  CHECK(log.durations.undecided.size() == known.undecided);
  check(log.durations.by_outcome.at(outcome::approved), known.approved);
  check(log.durations.by_outcome.at(outcome::cancelled), known.cancelled);
  check(log.durations.by_outcome.at(outcome::declined), known.declined);

  auto ids = log.ids();
  std::sort(ids.begin(), ids.end());
  const auto distinct = std::unique(ids.begin(), ids.end()) - ids.begin();
  CHECK(static_cast<std::uint64_t>(distinct) == known.events + 1); // and the nil one of no row
}
