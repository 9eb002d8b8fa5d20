// Killed with SIGKILL at 20 random moments while it takes in the whole log, and started again each
// time, the loans example ends with every row once. ANNALS_TEST_SEED sets the moments.

#include "tests/environment.hpp"
#include "tests/examples/loans/figures.hpp"
#include "tests/examples/loans/folded_log.hpp"
#include "tests/examples/loans/stored_log.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/shared_data.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <thread>

using namespace loans;
using annals::tests::program;

namespace {

constexpr std::size_t kills = 20;

std::uint32_t seed() {
  const auto chosen = annals::tests::number_given("ANNALS_TEST_SEED", std::random_device{}());
  std::cout << "ANNALS_TEST_SEED=" << chosen << std::endl;
  return chosen;
}

// The import under test, with what it has acknowledged over all its runs.
class import_under_fire {
public:
  import_under_fire(std::string csv, const folded_log& expected)
      : csv_{std::move(csv)}, expected_{expected} {}

  // Runs until `line` is acknowledged, then a little longer, and kills it.
  void run_and_kill(std::uint64_t line, std::chrono::microseconds longer) {
    program running{arguments()};
    read_until(running, line);
    std::this_thread::sleep_for(longer);
    running.signal(SIGKILL);
    read_until(running, expected_.ids().size()); // what it said before it died counts
    CHECK(running.wait().code == -SIGKILL);
    check_store();
  }

  void run_to_end() {
    program running{arguments()};
    read_until(running, expected_.ids().size());
    const auto end = running.wait();
    INFO(end.out << end.err);
    CHECK(end.code == 0);
    CHECK(end.out.find(" 0 rejected\n") != std::string::npos);
    check_store();
  }

  const std::string& store() const { return store_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }
  std::size_t stored() const { return stored_; }

private:
  std::vector<std::string> arguments() const {
    return {LOANS_PROGRAM, "take-in", csv_, "--store", store_, "--acknowledge", "3"};
  }

  void read_until(program& running, std::uint64_t line) {
    for (std::string text; running.next_line(text);) {
      const auto number = std::stoull(text);
      acknowledged_.insert(number);
      if (number >= line)
        return;
    }
  }

  // No gap, no row twice, and every row that was ever acknowledged.
  void check_store() {
    const auto log = whole_log(*left_store{store_}.reader);
    std::set<annals::uuid> stored;
    std::size_t gaps = 0;
    for (const auto& event : log)
      gaps +=
          event.position == stored.size() + 1 && stored.insert(event.causation_id).second ? 0 : 1;
    CHECK(gaps == 0);
    std::size_t lost = 0;
    for (auto line : acknowledged_)
      lost += stored.contains(expected_.ids().at(line)) ? 0 : 1;
    CHECK(lost == 0);
    stored_ = log.size();
  }

  annals::tests::temporary_folder folder_;
  std::string csv_;
  const folded_log& expected_;
  std::string store_ = folder_.file("loans.db");
  std::set<std::uint64_t> acknowledged_;
  std::size_t stored_ = 0;
};

} // namespace

TEST_CASE("killed 20 times, the import loses nothing and takes nothing twice") {
  const auto csv = annals::tests::shared_data(log_file);
  if (!csv)
    return;
  const auto expected = folded_log::of(csv->string());
  const auto rows = known_figures().events;
  std::mt19937 random{seed()};
  // Not in the last rows: there the program might end before the kill reaches it.
  std::uniform_int_distribution<std::uint64_t> any_line{2, rows - rows / 20};
  std::uniform_int_distribution<std::int64_t> any_microseconds{0, 20'000};
  std::vector<std::uint64_t> moments(kills);
  std::generate(moments.begin(), moments.end(), [&] { return any_line(random); });
  std::sort(moments.begin(), moments.end());

  import_under_fire import{csv->string(), expected};
  for (auto line : moments) {
    import.run_and_kill(line, std::chrono::microseconds{any_microseconds(random)});
    std::cout << "killed at line " << line << ": " << import.acknowledged() << " acknowledged, "
              << import.stored() << " stored" << std::endl;
  }
  import.run_to_end();
  CHECK(import.acknowledged() == rows);
  CHECK(import.stored() == rows);
  CHECK((stored_models(*left_store{import.store()}.reader, rows) == expected.models()));
  const auto verified = annals::tests::run({LOANS_PROGRAM, "verify", "--store", import.store()});
  CHECK(verified.code == 0);
}
