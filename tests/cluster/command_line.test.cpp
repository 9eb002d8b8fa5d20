// The subcommands node, nodes, where and drain, with nodes as processes of their own.

#include "tests/comes_true.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <boost/json/parse.hpp>

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

  // Of the node that has an instance.
  std::string address_of(const std::string& account) const {
    auto line = bank({"where", "bank.account", account}).out;
    auto begin = line.find("127.0.0.1:");
    REQUIRE(begin != std::string::npos);
    return line.substr(begin, line.find_first_of(" \n", begin) - begin);
  }
  // Whatever store there is: it asks the node.
  static program_end ask(std::vector<std::string> what, const std::string& node) {
    what.insert(what.begin(), {BANK_PROGRAM, "ask", "bank.account"});
    what.insert(what.end(), {"--node", node});
    return run(what);
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

TEST_CASE("ask has a command carried out by way of any node, without a store") {
  two_banks banks;
  const std::string id = "4dfb4ba0-1a2a-4e3e-8d2f-0c8bdb1c0f6b";
  for (int i = 0; i < 4; ++i) {
    auto account = std::to_string(i);
    auto other = std::to_string(i + 1);
    INFO(account);
    auto opened = two_banks::ask({account, "open_account",
                                  R"({"holder":"Ada","email":"ada@example.org","password_hash":")"
                                  R"($argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$)"
                                  R"(RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE"})"},
                                 banks.address_of(account));
    INFO(opened.err);
    CHECK(opened.code == 0);
    CHECK_THAT(opened.out, Contains("bank.account-" + account + " v1: "));
    auto paid = two_banks::ask({account, "credit", R"({"cents":5})"}, banks.address_of(other));
    INFO(paid.err);
    CHECK(paid.code == 0);
    CHECK_THAT(paid.out, Contains("bank.account-" + account + " v2: "));
  }
  auto listed = boost::json::parse(banks.bank({"nodes", "--json"}).out).as_array();
  CHECK(listed.size() == 2);
  std::int64_t streams = 0;
  for (const auto& node : listed) {
    CHECK(node.at("cannotReach").as_array().empty());
    streams += node.at("streams").to_number<std::int64_t>();
  }
  CHECK(streams >= 4);
  auto first =
      two_banks::ask({"0", "credit", R"({"cents":1})", "--command-id", id}, banks.address_of("0"));
  auto again =
      two_banks::ask({"0", "credit", R"({"cents":1})", "--command-id", id}, banks.address_of("1"));
  CHECK(first.code == 0);
  CHECK_THAT(again.out, Contains("carried out before"));
  auto refused = two_banks::ask({"0", "debit", R"({"cents":1000})"}, banks.address_of("1"));
  CHECK(refused.code == 3);
}

TEST_CASE("ask says so where there is no node, or no address") {
  auto nobody = two_banks::ask({"0", "credit", R"({"cents":1})"}, "127.0.0.1:1");
  CHECK(nobody.code == 5);
  CHECK_THAT(nobody.err, Contains("store_unavailable") && Contains("127.0.0.1:1"));
  auto wrong = two_banks::ask({"0", "credit", R"({"cents":1})"}, "here");
  CHECK(wrong.code != 0);
  CHECK_THAT(wrong.err, Contains("here") && Contains("HOST:PORT"));
  auto unused = run({BANK_PROGRAM, "ask", "bank.account", "0", "credit", R"({"cents":1})",
                     "--store", "memory:", "--tls-key", "key.pem"});
  CHECK(unused.code == 2);
  CHECK_THAT(unused.err, Contains("are for --node"));
}
