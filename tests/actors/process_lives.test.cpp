#include <annals/persistence/testing/faulty_store.hpp>
#include <annals/testing_node.hpp>

#include "tests/actors/process_helpers.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using namespace annals::testing;
using namespace annals::tests;
using namespace std::chrono_literals;
using wallets::put;
using wallets::take;
using wallets::wallet;

namespace lives {

inline std::atomic<bool> mended{false};

struct reminder {
  static constexpr annals::command_name name{"lives.reminder"};
};
BOOST_DESCRIBE_STRUCT(reminder, (), ())

// Notes what it hears; 50 cents set a timer, 99 end it with a last command, and 13 are too much for
// it until it is mended.
struct diary {
  static constexpr annals::process_manager_name name{"lives.diary"};
  using timers = annals::timers<reminder>;
  std::vector<std::int64_t> heard;
};
BOOST_DESCRIBE_STRUCT(diary, (), (heard))

inline annals::reaction react(diary& self, const annals::recorded<wallets::was_put>& event) {
  self.heard.push_back(event->cents);
  if (event->cents == 13 && !mended)
    throw std::runtime_error{"thirteen"};
  if (event->cents == 50)
    return annals::reaction{}.after(1h, reminder{});
  if (event->cents == 99)
    return annals::reaction{annals::to<wallet>("end", put{7})}.complete();
  return {};
}
inline annals::reaction react(diary& self, const annals::recorded<wallets::was_taken>& event) {
  self.heard.push_back(-event->cents);
  return {};
}
inline annals::reaction react(diary& self, const annals::due<reminder>&) {
  self.heard.push_back(1000);
  return {};
}

} // namespace lives

namespace {

using lives::diary;
using domain = annals::domain<wallet, diary>;
using list = std::vector<std::int64_t>;

// Sends a command as a part of the request `id`.
template <class Command>
void ask_in(annals::node& on, const annals::uuid& id, const std::string& to, Command body) {
  annals::command_options options;
  options.correlation_id = id;
  REQUIRE(on.ask<wallet>(to, body, options).get());
}

list heard(annals::node& on, const annals::uuid& id) {
  return state_of<diary>(reactions_of(on, "lives.diary", id)).heard;
}

test_config on_file(const temporary_folder& folder) {
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  return settings;
}

// A process that takes one event and stops at the next, for its settings allow no more reactions,
// and what comes for it then.
void stop_one_that_misses(const test_config& settings, const annals::uuid& id, const list& missed) {
  test_node node{domain{}, settings};
  ask_in(node, id, "a", put{1});
  ask_in(node, id, "a", put{2});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 1; }));
  for (auto number : missed)
    ask_in(node, id, "a", put{number});
  REQUIRE(all_quiet(node));
}

} // namespace

TEST_CASE("the events of one request are one process, whichever instance they are of and whichever "
          "comes first") {
  test_node node{domain{}};
  REQUIRE(node.ask<wallet>("c", put{9}).get());
  const auto one = annals::make_id(), other = annals::make_id();
  ask_in(node, one, "c", take{4});
  ask_in(node, one, "a", put{1});
  ask_in(node, other, "a", put{3});
  ask_in(node, one, "b", put{2});
  REQUIRE(all_quiet(node));
  CHECK(heard(node, one) == list{-4, 1, 2});
  CHECK(heard(node, other) == list{3});
}

TEST_CASE("a process that has completed sends its last commands, drops its timers and reacts to "
          "nothing more") {
  test_node node{domain{}};
  const auto id = annals::make_id();
  ask_in(node, id, "a", put{50});
  REQUIRE(comes_true([&] { return node.processes()[0].pending_timers == 1; }));
  ask_in(node, id, "a", put{99});
  REQUIRE(comes_true([&] { return cents_of(node, "end") == 7; }));
  ask_in(node, id, "a", put{1});
  node.clock().advance(2h);
  REQUIRE(all_quiet(node));
  CHECK(node.processes()[0].pending_timers == 0);
  CHECK(heard(node, id) == list{50, 99});
}

TEST_CASE("a process goes on after a restart with the state that it had") {
  temporary_folder folder;
  const auto id = annals::make_id();
  for (int round = 0; round < 3; ++round) {
    test_node node{domain{}, on_file(folder)};
    ask_in(node, id, "a", put{round + 1});
    REQUIRE(all_quiet(node));
  }
  test_node node{domain{}, on_file(folder)};
  REQUIRE(all_quiet(node));
  CHECK(heard(node, id) == list{1, 2, 3});
}

TEST_CASE("where one process may stay in memory the others are loaded when their events come") {
  test_config settings;
  settings.live_processes = 1;
  test_node node{domain{}, settings};
  std::vector<annals::uuid> ids(10);
  for (auto& id : ids)
    id = annals::make_id();
  for (std::int64_t cents = 1; cents <= 5; ++cents)
    for (const auto& id : ids)
      ask_in(node, id, "a", put{cents});
  REQUIRE(all_quiet(node));
  for (const auto& id : ids)
    CHECK(heard(node, id) == list{1, 2, 3, 4, 5});
}

TEST_CASE("a react that threw has left nothing of itself, and is called again when it is mended") {
  temporary_folder folder;
  const auto id = annals::make_id();
  lives::mended = false;
  {
    test_node node{domain{}, on_file(folder)};
    ask_in(node, id, "a", put{1});
    ask_in(node, id, "a", put{13});
    ask_in(node, id, "a", put{2});
    REQUIRE(comes_true([&] { return node.processes()[0].stopped.has_value(); }));
    CHECK(heard(node, id) == list{1});
  }
  lives::mended = true;
  test_node node{domain{}, on_file(folder)};
  REQUIRE(all_quiet(node));
  CHECK(heard(node, id) == list{1, 13, 2});
}

TEST_CASE(
    "a process that stopped, and cannot catch up after a restart, misses nothing once that is "
    "mended") {
  temporary_folder folder;
  const auto id = annals::make_id();
  lives::mended = false;
  auto settings = on_file(folder);
  settings.most_reactions = 1;
  stop_one_that_misses(settings, id, {13, 4});
  settings.most_reactions = 100;
  {
    test_node node{domain{}, settings};
    REQUIRE(comes_true([&] { return node.processes()[0].stopped.has_value(); }));
    CHECK(heard(node, id) == list{1, 2});
  }
  lives::mended = true;
  test_node node{domain{}, settings};
  REQUIRE(comes_true([&] { return heard(node, id) == list{1, 2, 13, 4}; }));
  CHECK(node.processes()[0].stopped_processes == 0);
}

TEST_CASE(
    "a process that stopped, and whose catching up cannot be stored before the node stops, misses "
    "nothing") {
  temporary_folder folder;
  const auto id = annals::make_id();
  auto settings = on_file(folder);
  settings.most_reactions = 1;
  stop_one_that_misses(settings, id, {4});
  settings.most_reactions = 100;
  // All appends fail until the node stops; then the first one alone.
  for (std::size_t failing : {1'000'000, 1}) {
    auto plan = std::make_shared<faults>();
    plan->fail_appends(faults::no_answer(), failing);
    settings.open_store = [&]() -> annals::result<std::unique_ptr<annals::event_store>> {
      return std::make_unique<faulty_store>(annals::open_store(folder.file("a.db")).value(), plan);
    };
    test_node node{domain{}, settings};
    REQUIRE(comes_true([&] { return plan->counts().failed > 0; }));
    if (failing > 1)
      continue;
    REQUIRE(comes_true([&] { return heard(node, id) == list{1, 2, 4}; }));
    CHECK(comes_true([&] { return node.processes()[0].stopped_processes == 0; }));
  }
}

TEST_CASE("a process manager that is new in a domain begins with the first event of the log") {
  temporary_folder folder;
  const auto id = annals::make_id();
  {
    test_node before{annals::domain<wallet>{}, on_file(folder)};
    ask_in(before, id, "a", put{1});
    ask_in(before, id, "a", put{2});
  }
  test_node node{domain{}, on_file(folder)};
  REQUIRE(all_quiet(node));
  CHECK(heard(node, id) == list{1, 2});
}
