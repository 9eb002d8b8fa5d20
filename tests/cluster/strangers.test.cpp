// What strangers do at the port of a node that is a process of its own, with and without
// encryption.

#include "examples/bank/domain.hpp"
#include "tests/actors/cluster/authority.hpp"
#include "tests/actors/cluster/stranger.hpp"
#include "tests/cluster/node_programs.hpp"

#include <annals/actors/log.hpp>

#include <catch2/catch.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

// Counts what the log says of connections between nodes that broke.
class broken_connections final : public spdlog::sinks::base_sink<std::mutex> {
public:
  int count() const { return count_; }

private:
  void sink_it_(const spdlog::details::log_msg& said) override {
    std::string_view text{said.payload.data(), said.payload.size()};
    count_ += text.find("cannot reach node") != text.npos ? 1 : 0;
  }
  void flush_() override {}

  std::atomic<int> count_{0};
};

// A bank of one node, and a client in this process, which reaches it through its port only.
class besieged_bank {
public:
  explicit besieged_bank(const annals::tls_settings& of_node = {},
                         const annals::tls_settings& of_client = {}) {
    annals::log().sinks().push_back(broken_);
    auto line = as_node(BANK_PROGRAM, store_, "north");
    if (!of_node.empty())
      line.insert(line.end(), {"--tls-certificate", of_node.certificate, "--tls-key", of_node.key,
                               "--tls-authority", of_node.authority});
    north_ = std::make_unique<program>(std::move(line));
    REQUIRE(comes_true([&] { return run({BANK_PROGRAM, "nodes", "--store", store_}).code == 0; }));
    auto settings = client_settings("sqlite:" + store_);
    settings.cluster->tls = of_client;
    client_ = annals::node::start(bank::domain{}, settings).value();
    REQUIRE(knows(*client_, {"north"}));
    for (const auto& one : client_->nodes())
      if (one.name == "north")
        address_ = one.address;
    serve();
  }

  const std::string& address() const { return address_; }
  // How often the client's own connection broke.
  int broken() const { return broken_->count(); }

  void serve() {
    for (int i = 0; i < 5; ++i) {
      auto id = "acc-" + std::to_string(served_++);
      auto answer = client_->ask<bank::account>(id, bank::credit{1}).get();
      // An account that nobody has opened takes nothing: the bank itself says so.
      REQUIRE(answer.has_error());
      CHECK(answer.error().code == annals::errc::rejected);
    }
  }

  std::size_t megabytes() const {
    std::ifstream in{"/proc/" + std::to_string(north_->pid()) + "/statm"};
    std::size_t whole = 0, resident = 0;
    in >> whole >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20;
  }

  void end() {
    client_.reset();
    std::erase(annals::log().sinks(), broken_);
    north_->signal(SIGTERM);
    CHECK(north_->wait().code == 128 + SIGTERM);
  }

private:
  std::shared_ptr<broken_connections> broken_ = std::make_shared<broken_connections>();
  temporary_folder folder_;
  std::string store_ = folder_.file("bank.db");
  std::unique_ptr<program> north_;
  std::unique_ptr<annals::node> client_;
  std::string address_;
  int served_ = 0;
};

void throw_noise(besieged_bank& at, int how_often) {
  std::mt19937 random{7};
  for (int i = 0; i < how_often; ++i) {
    stranger one{at.address()};
    REQUIRE(one.is_connected());
    one.say(mischief_of(random, i));
    if (i % 1000 == 0)
      at.serve();
  }
}

// Some say nothing, some begin a header, some announce 4 GB, some greet byte by byte.
void besiege(besieged_bank& at) {
  std::vector<stranger> all;
  for (int i = 0; i < 400; ++i) {
    all.emplace_back(at.address());
    REQUIRE(all.back().is_connected());
    if (i % 4 == 1)
      all.back().say(greeting_of(id_of_node(1)).substr(0, 7));
    if (i % 4 == 2)
      all.back().say(good_header(static_cast<unsigned char>(i / 4 % 8), 0xffffffff));
  }
  auto still_there = [&] {
    return std::ranges::count_if(all, [](auto& one) { return !one.was_shown_out(); });
  };
  const auto slow = greeting_of(id_of_node(1));
  CHECK(comes_true([&] { return still_there() <= 64; }));
  // Time shows out the rest, though nobody else comes, and a byte comes now and then.
  std::size_t said = 0;
  while (said < slow.size() && still_there() > 0) {
    for (std::size_t i = 3; i < all.size(); i += 4)
      all[i].say(slow.substr(said, 1));
    ++said;
    at.serve();
    std::this_thread::sleep_for(150ms);
  }
  CHECK(said < slow.size());
  CHECK(still_there() == 0);
}

void check_stands(besieged_bank& bank, int strings) {
  throw_noise(bank, strings / 2);
  auto before = bank.megabytes();
  throw_noise(bank, strings / 2);
  besiege(bank);
  bank.serve();
  CHECK(bank.megabytes() < before + 32);
  CHECK(bank.broken() == 0);
  bank.end();
}

} // namespace

TEST_CASE("20,000 random byte strings and patient strangers do a node's process no harm, and it "
          "serves on in the same memory") {
  besieged_bank bank;
  check_stands(bank, 20'000);
}

TEST_CASE("nor do they at a port with encryption") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  besieged_bank bank{ours.sign("north"), ours.sign("client")};
  check_stands(bank, 10'000);
}
