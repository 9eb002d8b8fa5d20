// What strangers do at a node's port.

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/cluster/stranger.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <random>

#include <unistd.h>

using namespace annals::tests;
using ledger::account;
using ledger::deposit;

namespace {

std::size_t megabytes_in_use() {
  std::ifstream in{"/proc/self/statm"};
  std::size_t whole = 0, resident = 0;
  in >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20;
}

void check_serves(crew& nodes) {
  for (int i = 0; i < 10; ++i)
    for (auto& [name, node] : nodes.all())
      REQUIRE(node->ask<account>(std::to_string(i), deposit{1}).get());
}

} // namespace

TEST_CASE("10,000 random byte strings do a node no harm, and its memory stays as it is") {
  crew two{ledger::domain{}, {"north", "south"}};
  check_serves(two);
  auto north = two["north"].nodes().at(0);
  std::mt19937 random{1};
  auto begin = megabytes_in_use();
  for (int i = 0; i < 10'000; ++i) {
    stranger one{north};
    REQUIRE(one.is_connected());
    one.say(noise_of(random, i % 4 == 0));
  }
  check_serves(two);
  CHECK(megabytes_in_use() < begin + 64);
}

TEST_CASE("whoever announces a message of 4 GB is shown out before there is room for it") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  auto begin = megabytes_in_use();
  std::vector<stranger> all;
  for (unsigned char operation = 0; operation < 8; ++operation) {
    all.emplace_back(north);
    all.back().say(header_of(operation, 0xffffffff, 4));
  }
  for (auto& one : all)
    CHECK(comes_true([&] { return one.was_shown_out(); }));
  CHECK(megabytes_in_use() < begin + 64);
  check_serves(two);
}

TEST_CASE("connections that never greet make room for others, and those who greet slowly as well") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  std::vector<stranger> silent;
  for (int i = 0; i < 500; ++i) {
    silent.emplace_back(north);
    REQUIRE(silent.back().is_connected());
    if (i % 2 == 0)
      silent.back().say(std::string_view{"\0", 1});
  }
  CHECK(comes_true([&] {
    return std::ranges::count_if(silent, [](auto& one) { return one.was_shown_out(); }) >= 400;
  }));
  check_serves(two);
  // One that comes now is let in.
  REQUIRE(two.start("west"));
  REQUIRE(two.all_know(3));
  check_serves(two);
}
