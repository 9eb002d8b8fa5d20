#include <annals/testing_node.hpp>

#include "tests/actors/errands.hpp"
#include "tests/actors/process_helpers.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace annals::testing;
using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using errands::clerk;
using errands::gate;
using errands::start;

namespace {

using domain = annals::domain<gate, clerk>;

std::vector<annals::reacted> story_of(annals::node& on, const annals::uuid& id) {
  return reactions_of(on, "errands.clerk", id);
}

std::vector<std::string> noted(annals::node& on, const annals::uuid& id) {
  return state_of<clerk>(story_of(on, id)).noted;
}

std::vector<std::string> opened(annals::node& on) { return on.load<gate>("gate").value().ways; }

using list = std::vector<std::string>;

} // namespace

TEST_CASE("a refusal comes with the state, the command and the reason, and a decide that throws is "
          "one as well") {
  test_node node{domain{}};
  const auto locked = ask<gate>(node, "desk", start{"ignore", {"knock"}});
  const auto thrown = ask<gate>(node, "desk", start{"ignore", {"throw"}});
  REQUIRE(all_quiet(node));
  const auto told = noted(node, locked).at(0);
  for (auto part : {"ignore", "gate", "knock", "the gate is locked"})
    CHECK_THAT(told, Catch::Contains(part));
  CHECK_THAT(noted(node, thrown).at(0), Catch::Contains("the hinge broke"));
  CHECK(story_of(node, thrown).back().cause == annals::reaction_cause::refusal);
  CHECK(node.processes()[0].stopped_processes == 0);
}

TEST_CASE("a refusal that is let pass ends that command only, and the process goes on") {
  test_node node{domain{}};
  const auto id = ask<gate>(node, "desk", start{"ignore", {"knock", "climb", "throw", "dig"}});
  REQUIRE(all_quiet(node));
  CHECK(opened(node) == list{"climb", "dig"});
  CHECK(noted(node, id).size() == 4);
  CHECK_FALSE(node.processes()[0].stopped);
}

TEST_CASE("a refused command is tried again as often as the process says, each time as a new one") {
  test_node node{domain{}};
  const auto id = ask<gate>(node, "desk", start{"again", {"knock"}});
  REQUIRE(all_quiet(node));
  const auto story = story_of(node, id);
  REQUIRE(story.size() == 4);
  std::set<annals::uuid> ids;
  for (const auto& reaction : story)
    for (const auto& command : reaction.commands)
      ids.insert(command.id);
  CHECK(ids.size() == 3);
  CHECK(story.back().completed);
  CHECK(opened(node).empty());
}

TEST_CASE("a refused command is tried again later, and is carried out when its time has come") {
  test_node node{domain{}};
  const auto id = ask<gate>(node, "desk", start{"later", {"knock"}});
  REQUIRE(all_quiet(node));
  CHECK(noted(node, id).size() == 1);
  node.clock().advance(errands::pause);
  REQUIRE(comes_true([&] { return noted(node, id).size() == 2; }));
  REQUIRE(node.ask<gate>("gate", errands::unlock{}).get());
  REQUIRE(comes_true([&] { return node.processes()[0].pending_timers == 1; }));
  node.clock().advance(errands::pause);
  REQUIRE(comes_true([&] { return opened(node) == list{"knock"}; }));
}

TEST_CASE("another command may take the place of one that was refused") {
  test_node node{domain{}};
  const auto id = ask<gate>(node, "desk", start{"instead", {"knock"}});
  REQUIRE(all_quiet(node));
  CHECK(opened(node) == list{"climb"});
  CHECK(noted(node, id).back() == "opened by climb");
}

TEST_CASE("a react to a refusal that throws stops its process manager, which hears of that refusal "
          "again when it is mended") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  errands::mended = false;
  annals::uuid id;
  {
    test_node node{domain{}, settings};
    id = ask<gate>(node, "desk", start{"throw", {"knock"}});
    REQUIRE(comes_true([&] { return node.processes()[0].stopped.has_value(); }));
    const auto why = *node.processes()[0].stopped;
    CHECK(why.code == errc::process_stopped);
    for (auto part : {"errands.clerk", "errands.open", "nobody told me"})
      CHECK_THAT(why.message, Catch::Contains(part));
    CHECK(story_of(node, id).size() == 1);
  }
  errands::mended = true;
  test_node node{domain{}, settings};
  REQUIRE(all_quiet(node));
  REQUIRE(story_of(node, id).size() == 2);
  CHECK(noted(node, id).size() == 1);
}
