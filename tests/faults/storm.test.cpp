// 64 callers, 1,000 accounts, every command sent one to three times, appends that fail or lose
// their answer, accounts that leave memory, and a process that is killed: all at random. Two
// minutes, or ANNALS_STORM_SECONDS. ANNALS_STORM_SEED repeats a run's choices.

#include "tests/environment.hpp"
#include "tests/examples/program.hpp"
#include "tests/faults/storm_judge.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

using namespace annals::tests::storm;
using annals::tests::program;
using clock_type = std::chrono::steady_clock;

namespace {

class storm_run {
public:
  explicit storm_run(std::uint32_t seed) : seed_{seed}, random_{random_of(seed, 4)} {}

  // Starts the program and kills it after 1 to 5 seconds, again and again.
  void rage(std::chrono::seconds duration) {
    for (const auto end = clock_type::now() + duration; clock_type::now() < end; ++runs_) {
      program running{arguments("storm")};
      std::this_thread::sleep_for(std::chrono::milliseconds{1000 + below(random_, 4001)});
      running.signal(SIGKILL);
      const auto ended = running.wait();
      INFO("run " << runs_ << ": " << ended.out << ended.err);
      REQUIRE(ended.code == -SIGKILL);
    }
  }

  void finish() {
    const auto ended = program{arguments("finish")}.wait();
    INFO(ended.out << ended.err);
    CHECK(ended.code == 0);
  }

  unsigned kills() const { return runs_; }
  std::string store() const { return folder_.file("storm.db"); }
  diary read_diary() const { return diary::read(folder_.file("diary")); }

private:
  std::vector<std::string> arguments(const char* mode) const {
    return {STORM_PROGRAM,         store(), folder_.file("diary"), std::to_string(seed_),
            std::to_string(runs_), mode};
  }

  std::uint32_t seed_;
  std::mt19937 random_;
  unsigned runs_ = 0;
  annals::tests::temporary_folder folder_;
};

// What the framework itself makes of each account's stream.
void check_balances(const std::string& file, const judge& by) {
  annals::config settings;
  settings.store = "sqlite:" + file;
  annals::node bank{bank_domain{}, settings};
  std::size_t wrong = 0;
  for (const auto& [account, balance] : by.balances()) {
    const auto loaded = bank.load<ledger::account>(account).value().balance;
    if (loaded == balance)
      continue;
    ++wrong;
    UNSCOPED_INFO("account " << account << " has " << loaded << " in place of " << balance);
  }
  CHECK(wrong == 0);
}

void print(const storm_run& storm, const diary& written, const judge& by) {
  std::cout << written.asked.size() << " commands, " << by.accepted() << " accepted, "
            << by.rejected() << " rejected, " << by.answers() << " answers, " << by.events()
            << " events, " << storm.kills() << " kills, " << by.failures_recorded()
            << " failures recorded";
  for (const auto& [what, number] : written.counts)
    std::cout << ", " << number << ' ' << what;
  std::cout << std::endl;
}

} // namespace

TEST_CASE("after a storm each command has had one effect, each receipt is true, each sum right") {
  const auto seed = annals::tests::number_given("ANNALS_STORM_SEED", std::random_device{}());
  const auto seconds = annals::tests::number_given("ANNALS_STORM_SECONDS", 120);
  std::cout << "ANNALS_STORM_SEED=" << seed << " ANNALS_STORM_SECONDS=" << seconds << std::endl;
  storm_run storm{seed};
  storm.rage(std::chrono::seconds{seconds});
  storm.finish();

  const auto written = storm.read_diary();
  judge by{seed, written};
  by.read(*annals::open_store("sqlite:" + storm.store()).value()->open_reader().value());
  by.compare();
  print(storm, written, by);
  for (const auto& one : by.findings())
    UNSCOPED_INFO(one);
  CHECK(by.found() == 0);
  for (std::size_t i = 0; i < std::min<std::size_t>(written.troubles.size(), 40); ++i)
    UNSCOPED_INFO(written.troubles[i]);
  CHECK(written.troubles.size() == 0);
  check_balances(storm.store(), by);
  // A storm that did nothing proves nothing.
  for (const auto* what : {"failed", "lost", "repeat", "passivated", "unanswered"})
    CHECK(written.counts.contains(what));
  CHECK(by.rejected() > 0);
}
