#include <annals/testing_node.hpp>

#include "tests/actors/process_helpers.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals::testing;
using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using wallets::ask_transfer;
using wallets::put;
using wallets::transfer;
using wallets::wallet;

namespace {

using transfers = annals::domain<wallet, transfer>;

const annals::failure full{errc::store_full, "the disk of the test is full"};

} // namespace

TEST_CASE("a process manager sends the commands that follow from events, and completes") {
  for (bool blocks : {false, true}) {
    test_config settings;
    settings.store_blocks = blocks;
    test_node node{transfers{}, settings};
    REQUIRE(node.ask<wallet>("a", put{100}).get());
    const auto id = ask<wallet>(node, "a", ask_transfer{"b", 30});
    REQUIRE(all_quiet(node));
    CHECK(cents_of(node, "a") == 70);
    CHECK(cents_of(node, "b") == 30);
    const auto all = reactions_of(node, "wallets.transfer", id);
    REQUIRE(all.size() == 3);
    CHECK(all.back().completed);
    CHECK(state_of<transfer>(all).stage == "done");
  }
}

TEST_CASE(
    "events of commands of a process manager carry its correlation id and say what caused them") {
  test_node node{transfers{}};
  REQUIRE(node.ask<wallet>("a", put{100}).get());
  const auto id = ask<wallet>(node, "a", ask_transfer{"b", 30});
  REQUIRE(all_quiet(node));
  const auto all = node.open_reader().value()->find_by_correlation(id, 0, 100).value();
  std::vector<std::string> types;
  for (const auto& event : all)
    types.push_back(event.type);
  CHECK(types
        == std::vector<std::string>{"wallets.transfer_asked", "annals.reacted", "wallets.was_taken",
                                    "annals.reacted", "wallets.was_put", "annals.reacted"});
  CHECK(all[1].causation_id == all[0].id);
  const auto reaction = annals::decode_reacted(all[1]).value();
  CHECK(reaction.input == all[0].id);
  CHECK(all[2].causation_id == reaction.commands.at(0).id);
}

TEST_CASE("a refused command is an input of its own: what was taken is given back") {
  test_node node{transfers{}};
  REQUIRE(node.ask<wallet>("a", put{100}).get());
  REQUIRE(node.ask<wallet>("b", wallets::close{}).get());
  const auto back = ask<wallet>(node, "a", ask_transfer{"b", 30});
  const auto refused = ask<wallet>(node, "a", ask_transfer{"c", 1000});
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "a") == 100);
  CHECK(cents_of(node, "b") == 0);
  CHECK(state_of<transfer>(reactions_of(node, "wallets.transfer", back)).stage == "given back");
  CHECK(state_of<transfer>(reactions_of(node, "wallets.transfer", refused)).stage == "refused");
  CHECK(node.processes()[0].stopped_processes == 0);
}

TEST_CASE("an event that means nothing to a process leaves no trace of it") {
  test_node node{transfers{}};
  const auto id = ask<wallet>(node, "a", put{100});
  REQUIRE(all_quiet(node));
  CHECK(reactions_of(node, "wallets.transfer", id).empty());
}

TEST_CASE("when appends fail or lose their answers, each command is still carried out once") {
  for (bool blocks : {false, true}) {
    test_config settings;
    settings.store_blocks = blocks;
    test_node node{transfers{}, settings};
    REQUIRE(node.ask<wallet>("a", put{10'000}).get());
    REQUIRE(node.ask<wallet>("shut", wallets::close{}).get());
    node.faults().at_random(7, 0.1, 0.1);
    std::vector<annals::uuid> ids;
    for (int i = 0; i < 60; ++i)
      ids.push_back(ask_until_answered(node, "a", ask_transfer{i % 3 == 0 ? "shut" : "b", 10}));
    CHECK(comes_true([&] { return is_quiet(node); }));
    node.faults().heal();
    REQUIRE(all_quiet(node));
    CHECK(cents_of(node, "a") == 10'000 - 400);
    CHECK(cents_of(node, "b") == 400);
    for (const auto& id : ids)
      CHECK(reactions_of(node, "wallets.transfer", id).back().completed);
  }
}

TEST_CASE("a command for which there is no room for now is sent again") {
  test_config settings;
  settings.commands_under_way = 1;
  test_node node{transfers{}, settings};
  REQUIRE(ask_until_answered(node, "a", put{1000}) != annals::uuid{});
  for (int i = 0; i < 20; ++i)
    ask_until_answered(node, "a", ask_transfer{"b", 10});
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "b") == 200);
}

TEST_CASE("a refusal that nobody wants to hear of stops that process, and no other") {
  test_node node{annals::domain<wallet, wallets::careless, transfer>{}};
  const auto id = ask<wallet>(node, "a", put{100});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 1; }));
  const auto stopped = node.processes()[0].stopped_first.at(0);
  CHECK(stopped.correlation_id == id);
  for (const auto& part : {std::string{"wallets.careless"}, std::string{"wallets.take"},
                           std::string{"not enough in it"}, annals::to_string(id)})
    CHECK_THAT(stopped.why.message, Catch::Contains(part));
  CHECK_FALSE(node.processes()[0].stopped);
  ask<wallet>(node, "a", ask_transfer{"b", 30});
  REQUIRE(comes_true([&] { return cents_of(node, "b") == 30; }));
}

TEST_CASE("a process that answers each event with more commands for ever is stopped by a limit") {
  test_config settings;
  settings.most_reactions = 50;
  test_node node{annals::domain<wallet, wallets::echo>{}, settings};
  const auto id = ask<wallet>(node, "a", put{1});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 1; }));
  const auto stopped = node.processes()[0].stopped_first.at(0);
  CHECK(stopped.correlation_id == id);
  CHECK(stopped.why.code == errc::process_stopped);
  for (const auto& part :
       {std::string{"wallets.echo"}, annals::to_string(id), std::string{"most_reactions"}})
    CHECK_THAT(stopped.why.message, Catch::Contains(part));
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "a") == 51);
  // Others go on, until they get there as well.
  ask<wallet>(node, "b", put{1});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 2; }));
  CHECK(cents_of(node, "b") == 51);
}

TEST_CASE("a react that throws stops its process manager before that event, and no other") {
  test_node node{annals::domain<wallet, wallets::superstitious, transfer>{}};
  const auto first = ask<wallet>(node, "a", put{5});
  const auto poison = ask<wallet>(node, "a", put{13});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped.has_value(); }));
  const auto status = node.processes()[0];
  CHECK(status.stopped->code == errc::process_stopped);
  for (auto part : {"wallets.superstitious", "thirteen", "wallets.was_put", "wallets.wallet-a"})
    CHECK_THAT(status.stopped->message, Catch::Contains(part));
  CHECK(reactions_of(node, "wallets.superstitious", first).size() == 1);
  CHECK(reactions_of(node, "wallets.superstitious", poison).empty());
  ask<wallet>(node, "a", ask_transfer{"b", 10});
  REQUIRE(comes_true([&] { return cents_of(node, "b") == 10; }));
}

TEST_CASE("process managers can be left to other nodes, and projections do not mind them") {
  test_config settings;
  settings.run_process_managers = false;
  test_node node{transfers{}, settings};
  REQUIRE(node.ask<wallet>("a", ask_transfer{"b", 30}).get());
  CHECK(node.processes().empty());
}

TEST_CASE("what is under way when the node stops goes on after the restart, once") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  {
    test_node node{transfers{}, settings};
    REQUIRE(node.ask<wallet>("a", put{1000}).get());
    for (int i = 0; i < 20; ++i)
      ask<wallet>(node, "a", ask_transfer{"b", 10});
    node.stop();
    CHECK(node.processes()[0].stopped->code == errc::stopping);
  }
  {
    settings.run_process_managers = false;
    test_node node{transfers{}, settings};
    ask<wallet>(node, "a", ask_transfer{"b", 7});
  }
  settings.run_process_managers = true;
  test_node node{transfers{}, settings};
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "a") == 1000 - 207);
  CHECK(cents_of(node, "b") == 207);
}

TEST_CASE("two nodes on one store carry each command out once") {
  temporary_folder folder;
  annals::config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  settings.poll_interval = 10ms;
  annals::node one{transfers{}, settings};
  annals::node two{transfers{}, settings};
  REQUIRE(one.ask<wallet>("a", put{1000}).get());
  for (int i = 0; i < 20; ++i)
    ask<wallet>(i % 2 == 0 ? one : two, "a", ask_transfer{"b", 10});
  REQUIRE(all_quiet(one));
  REQUIRE(all_quiet(two));
  REQUIRE(all_quiet(one));
  CHECK(cents_of(one, "a") == 800);
  CHECK(cents_of(one, "b") == 200);
}

TEST_CASE("a stored place in the log that is of no use is found again from the log alone") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  {
    test_node node{transfers{}, settings};
    REQUIRE(node.ask<wallet>("a", put{1000}).get());
    REQUIRE(node.ask<wallet>("shut", wallets::close{}).get());
    for (int i = 0; i < 10; ++i)
      ask<wallet>(node, "a", ask_transfer{"b", 10});
    ask<wallet>(node, "a", ask_transfer{"shut", 10});
    REQUIRE(all_quiet(node));
  }
  for (const auto& model :
       {annals::stored_model{"annals.process.wallets.transfer", 3, 1, "no index"},
        annals::stored_model{"annals.process.wallets.transfer", 1'000'000, 1, "{}"},
        annals::stored_model{"annals.process.wallets.transfer", 5, 99, "{}"}}) {
    REQUIRE(annals::open_store(settings.store).value()->save_model(model));
    // Longer than the ids of commands are remembered.
    settings.begin += 48h;
    test_node node{transfers{}, settings};
    REQUIRE(all_quiet(node));
    CHECK(cents_of(node, "a") == 900);
    CHECK(cents_of(node, "b") == 100);
  }
}

TEST_CASE("a process that stopped goes on after a restart with what has come meanwhile") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  settings.most_reactions = 10;
  {
    test_node node{annals::domain<wallet, wallets::echo>{}, settings};
    ask<wallet>(node, "a", put{1});
    REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 1; }));
    REQUIRE(all_quiet(node));
    CHECK(cents_of(node, "a") == 11);
  }
  settings.most_reactions = 15;
  test_node node{annals::domain<wallet, wallets::echo>{}, settings};
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 16; }));
  REQUIRE(comes_true([&] { return node.processes()[0].stopped_processes == 1; }));
}
