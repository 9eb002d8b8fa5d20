// Nodes on machines whose clocks are wrong (faketime), beside others on one PostgreSQL.

#include "examples/bank/domain.hpp"
#include "tests/cluster/node_programs.hpp"
#include "tests/persistence/postgres_server.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

// Of Debian's package faketime; empty where it is not installed.
std::string faketime_library() {
  for (const auto& folder : std::filesystem::directory_iterator{"/usr/lib"}) {
    auto library = folder.path() / "faketime" / "libfaketime.so.1";
    if (std::error_code none; std::filesystem::exists(library, none))
      return library.string();
  }
  return {};
}

// The clock of a machine, which the test sets.
class machine_clock {
public:
  explicit machine_clock(const std::string& offset) { set(offset); }

  void set(const std::string& offset) {
    std::ofstream{file_ + ".new"} << offset << '\n';
    std::filesystem::rename(file_ + ".new", file_);
  }
  std::vector<std::string> before(std::vector<std::string> command) const {
    std::vector<std::string> line{"/usr/bin/env", "LD_PRELOAD=" + faketime_library(),
                                  "FAKETIME_TIMESTAMP_FILE=" + file_, "FAKETIME_CACHE_DURATION=1",
                                  "FAKETIME_DONT_FAKE_MONOTONIC=1"};
    line.insert(line.end(), command.begin(), command.end());
    return line;
  }

private:
  temporary_folder folder_;
  std::string file_ = folder_.file("clock");
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a node whose clock is ten minutes off is refused, and told by how much") {
  REQUIRE_FALSE(faketime_library().empty()); // apt-get install faketime
  postgres_server server;
  for (const auto* offset : {"+10m", "-10m"}) {
    machine_clock wrong{offset};
    auto late = run(wrong.before(as_node(BANK_PROGRAM, server.store_url("bank"), "late")));
    INFO(late.err);
    CHECK(late.code == 2);
    CHECK(has(late.err, "the clock of this machine is "));
    CHECK(has(late.err, "largest_clock_difference"));
  }
}

TEST_CASE("clocks that differ, and one that goes wrong meanwhile, cost no lease and no command") {
  REQUIRE_FALSE(faketime_library().empty());
  postgres_server server;
  const auto store = server.store_url("bank");
  machine_clock early{"-40s"};
  machine_clock late{"+40s"};
  program north{early.before(as_node(BANK_PROGRAM, store, "north"))};
  REQUIRE(comes_true([&] { return run({BANK_PROGRAM, "nodes", "--store", store}).code == 0; }));
  program south{late.before(as_node(BANK_PROGRAM, store, "south"))};
  annals::node client{bank::domain{}, client_settings(store)};
  REQUIRE(knows(client, {"north", "south"}));
  int number = 0;
  auto ask_for = [&](std::chrono::seconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      auto answer =
          client.ask<bank::account>("acc-" + std::to_string(number++), bank::credit{1}).get();
      REQUIRE(answer.has_error());
      CHECK(answer.error().code == annals::errc::rejected);
      CHECK(client.nodes().size() == 3);
      std::this_thread::sleep_for(5ms);
    }
  };
  ask_for(3s);
  late.set("+10m");
  early.set("-10m");
  ask_for(4s);
  for (auto* node : {&north, &south}) {
    node->signal(SIGTERM);
    auto ended = node->wait();
    CHECK(ended.code == 128 + SIGTERM);
    INFO(ended.out << ended.err);
    CHECK(has(ended.out + ended.err, "the clock of this machine is "));
  }
}
