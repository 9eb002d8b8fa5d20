#include "tests/actors/joint_ledger.hpp"
#include "tests/actors/places.hpp"

#include <annals/testing_node.hpp>

#include <catch2/catch.hpp>

#include <mutex>
#include <random>

using annals::errc;
using annals::tests::places;
using ledger::account;
using ledger::deposit;
using ledger::joint_domain;
using ledger::transfer;
using ledger::withdraw;

namespace {

constexpr int accounts = 10;
constexpr int callers = 16;
constexpr int commands_each = 12;
constexpr std::int64_t at_first = 200;

std::string name(std::uint64_t number) { return "acc" + std::to_string(number % accounts); }

// A command under its id, and the answer that it was given.
struct sent {
  annals::command envelope;
  annals::reply answer{annals::failure{}};
};

annals::command make_command(std::mt19937_64& random) {
  annals::command_options options;
  options.command_id = annals::make_id();
  auto from = random();
  auto to = from % accounts + 1 + random() % (accounts - 1);
  auto cents = static_cast<std::int64_t>(random() % 60);
  if (random() % 4 != 0)
    return annals::command_for(transfer{name(from), name(to), cents}, options);
  if (random() % 2 == 0)
    return annals::command_for<account>(name(from), deposit{cents + 1}, options);
  return annals::command_for<account>(name(from), withdraw{cents}, options);
}

// As callers do: again with the same id until there is an answer that stays.
annals::reply ask_until_answered(annals::node& node, const annals::command& envelope) {
  for (;;) {
    auto answer = node.ask(envelope).get();
    if (answer || answer.error().code == errc::rejected)
      return answer;
    bool passing = answer.error().code == errc::store_unavailable
                   || answer.error().code == errc::version_conflict;
    if (!passing)
      return answer;
  }
}

std::vector<sent> storm(annals::node& node) {
  std::vector<sent> all;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (unsigned caller = 0; caller < callers; ++caller)
    threads.emplace_back([&, caller] {
      std::mt19937_64 random{caller};
      for (int i = 0; i < commands_each; ++i) {
        sent one{make_command(random)};
        one.answer = ask_until_answered(node, one.envelope);
        std::lock_guard guard{mutex};
        all.push_back(std::move(one));
      }
    });
  for (auto& thread : threads)
    thread.join();
  return all;
}

std::int64_t total(annals::node& node) {
  std::int64_t sum = 0;
  for (std::uint64_t i = 0; i < accounts; ++i)
    sum += node.load<account>(name(i)).value().balance;
  return sum;
}

// What the accounts have together, as the answers say.
std::int64_t told(const std::vector<sent>& all) {
  std::int64_t sum = accounts * at_first;
  for (const auto& one : all) {
    if (!one.answer)
      continue;
    auto name = one.envelope.body.name();
    auto value = one.envelope.body;
    if (name == "deposit")
      sum += static_cast<const deposit*>(value.value_as(annals::command_type_of<deposit>())->get())
                 ->cents;
    else if (name == "ledger.withdraw")
      sum -=
          static_cast<const withdraw*>(value.value_as(annals::command_type_of<withdraw>())->get())
              ->cents;
  }
  return sum;
}

void check_events(annals::node& node, const std::vector<sent>& all) {
  std::map<annals::uuid, std::size_t> events;
  for (const auto& event : node.open_reader().value()->read_log(0, 1'000'000).value())
    ++events[event.causation_id];
  for (const auto& one : all) {
    auto found = events.find(one.envelope.command_id);
    auto stored = found == events.end() ? 0 : found->second;
    if (one.answer)
      CHECK(stored == one.answer->events);
    else {
      CHECK(one.answer.error().code == errc::rejected);
      CHECK(stored == 0);
    }
  }
}

void check_repeats(annals::node& node, const std::vector<sent>& all) {
  for (const auto& one : all) {
    auto again = node.ask(one.envelope).get();
    if (one.answer) {
      REQUIRE(again);
      CHECK(again->repeated);
      again->repeated = one.answer->repeated;
    }
    CHECK(again == one.answer);
  }
}

} // namespace

TEST_CASE("money is conserved by concurrent transfers over a store that fails and loses answers") {
  places at;
  for (const auto& url : at.urls) {
    annals::testing::test_config with;
    with.store = url;
    with.snapshots.every_events = 20;
    with.live_aggregates = 6;
    auto node = std::make_unique<annals::testing::test_node>(joint_domain{}, with);
    for (std::uint64_t i = 0; i < accounts; ++i)
      REQUIRE(node->ask<account>(name(i), deposit{at_first}).get());
    node->faults().at_random(7, 0.05, 0.05);
    auto all = storm(*node);
    CHECK(node->faults().counts().failed > 0);
    CHECK(node->faults().counts().lost > 0);
    node->faults().heal();
    CHECK(total(*node) == told(all));
    check_events(*node, all);
    check_repeats(*node, all);
    if (url != "memory:") {
      node.reset();
      node = std::make_unique<annals::testing::test_node>(joint_domain{}, with);
      check_repeats(*node, all);
    }
    CHECK(total(*node) == told(all));
  }
}
