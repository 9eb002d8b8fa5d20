// The subcommands node, nodes, where and drain, with nodes as processes of their own.

#include "tests/comes_true.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace annals::tests;
using Catch::Contains;

namespace {

class two_banks {
public:
  two_banks() {
    REQUIRE(comes_true([&] { return bank({"nodes"}).code == 0; }));
    south_ = std::make_unique<program>(node("south"));
    REQUIRE(comes_true([&] { return has(bank({"nodes"}).out, "south"); }));
  }

  program_end bank(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), BANK_PROGRAM);
    arguments.insert(arguments.end(), {"--store", store_});
    return run(arguments);
  }

  std::vector<std::string> node(const std::string& name) const {
    return {BANK_PROGRAM, "node", "--store", store_, "--name", name, "--lease-time", "600"};
  }

  program& north() { return *north_; }
  program& south() { return *south_; }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

private:
  temporary_folder folder_;
  std::string store_ = folder_.file("bank.db");
  std::unique_ptr<program> north_ = std::make_unique<program>(node("north"));
  std::unique_ptr<program> south_;
};

} // namespace

TEST_CASE("nodes lists who is there, and who runs what") {
  two_banks banks;
  auto all = [&] { return banks.bank({"nodes"}).out; };
  for (const auto* name : {"projection/bank.accounts", "projection/bank.users",
                           "process/bank.money_transfer", "process/bank.dormancy"})
    CHECK(comes_true([&] { return two_banks::has(all(), std::string{"  runs "} + name); }));
  CHECK_THAT(all(), Contains("north  127.0.0.1:") && Contains("0 streams, lease for "));
  CHECK_THAT(banks.bank({"nodes", "--json"}).out,
             Contains(R"("node":"south")") && Contains(R"("weight":1.000)"));
}

TEST_CASE("where says which node has an instance, and refuses a type that there is not") {
  two_banks banks;
  bool north = false, south = false;
  for (int i = 0; i < 20; ++i) {
    auto said = banks.bank({"where", "bank.account", std::to_string(i)});
    CHECK(said.code == 0);
    north |= said.out.starts_with("north  127.0.0.1:");
    south |= said.out.starts_with("south  127.0.0.1:");
  }
  CHECK((north && south));
  auto wrong = banks.bank({"where", "bank.acount", "1"});
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Contains("bank.acount"));
}

TEST_CASE("drain has a node hand over and end, and the other one goes on") {
  two_banks banks;
  auto drained = banks.bank({"drain", "north"});
  INFO(drained.err);
  CHECK(drained.code == 0);
  CHECK(drained.out == "the node north has handed over\n");
  auto ended = banks.north().wait();
  CHECK(ended.code == 0);
  CHECK_THAT(ended.out, Contains("node north is there, at 127.0.0.1:"));
  CHECK_FALSE(two_banks::has(banks.bank({"nodes"}).out, "north"));
  CHECK(banks.bank({"where", "bank.account", "1"}).out.starts_with("south"));
  CHECK(banks.bank({"drain", "north"}).code == 4);
  banks.south().signal(SIGTERM);
  CHECK(banks.south().wait().code == 128 + SIGTERM);
  CHECK(banks.bank({"nodes"}).code == 4);
}

TEST_CASE("a second node of a name ends with an error that says where the first is") {
  two_banks banks;
  auto second = run(banks.node("north"));
  CHECK(second.code == 1);
  CHECK_THAT(second.err, Contains("lease_held") && Contains("'north'") && Contains("127.0.0.1:"));
}
