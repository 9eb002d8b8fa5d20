// What strangers do at a node's port.

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/cluster/stranger.hpp"

#include <annals/actors/cluster/gateway.hpp>
#include <annals/actors/cluster/own_identity.hpp>
#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/leave_system.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

using namespace annals::tests;
using namespace std::chrono_literals;
using ledger::account;
using ledger::deposit;

namespace {

// AddressSanitizer gives nothing back at once of what was freed, to see whether it is used again.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kept_by_sanitizer = 256;
#else
constexpr std::size_t kept_by_sanitizer = 0;
#endif

std::size_t megabytes_in_use() {
  std::ifstream in{"/proc/self/statm"};
  std::size_t whole = 0, resident = 0;
  in >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20;
}

// The most that it has been.
std::size_t megabytes_at_most() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::size_t>(used.ru_maxrss) >> 10;
}

void check_serves(crew& nodes) {
  for (int i = 0; i < 10; ++i)
    for (auto& [name, node] : nodes.all())
      REQUIRE(node->ask<account>(std::to_string(i), deposit{1}).get());
}

// The port of a node without the rest of it.
class guarded_gateway {
public:
  explicit guarded_gateway(const annals::connection_limits& limits) {
    annals::load_network(config_);
    annals::know_gateways(config_);
    config_.set("logger.verbosity", caf::atom("quiet"));
    system_.emplace(config_);
    gateway_ = annals::spawn_gateway(*system_, {}, {}, "the run of a port");
    connector_ = annals::spawn_connector(*system_, limits);
    port_ = annals::publish_gateway(*system_, connector_, gateway_, {"127.0.0.1", 0}).value();
    annals::leave_system();
  }
  ~guarded_gateway() {
    annals::end_gateway(gateway_);
    gateway_ = nullptr;
    caf::anon_send_exit(connector_, caf::exit_reason::user_shutdown);
    connector_ = nullptr;
    system_.reset();
    annals::leave_system();
  }

  const caf::node_id& id() const { return system_->node(); }
  const caf::actor_system_config& settings() const { return config_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  annals::gateway_actor gateway_;
  caf::io::middleman_actor connector_;
  std::uint16_t port_ = 0;
};

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
    one.say(mischief_of(random, i));
  }
  check_serves(two);
  CHECK(megabytes_in_use() < begin + 64 + kept_by_sanitizer);
}

TEST_CASE("32 bytes that greet without saying who greets end no node") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  for (const auto& greeting : {empty_greeting(), good_header(server_greets, 0)}) {
    stranger one{north};
    one.say(greeting);
    CHECK(comes_true([&] { return one.was_shown_out(); }));
  }
  check_serves(two);
}

TEST_CASE("whoever says what no node says is shown out, before and after a greeting") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  const std::string garbage = "\x7f rubbish";
  std::vector<stranger> good;
  for (bool greets : {false, true})
    for (unsigned char operation : {0, 1, 2, 3, 4, 5, 6, 7, 255})
      for (std::uint32_t length : {0U, static_cast<std::uint32_t>(garbage.size()), 0xffffffffU}) {
        stranger one{north};
        if (greets)
          one.say(greeting_of(id_of_node(1000)));
        one.say(good_header(operation, length) + (length == 0 ? "" : garbage));
        INFO("operation " << int{operation} << ", length " << length << ", greets " << greets);
        if (greets && operation == heartbeat && length == 0)
          good.push_back(std::move(one));
        else
          CHECK(comes_true([&] { return one.was_shown_out(); }));
      }
  check_serves(two);
  CHECK(good.size() == 1);
  for (auto& one : good)
    CHECK_FALSE(one.was_shown_out());
}

TEST_CASE("whoever greets as nobody, as the node itself, or as two nodes is shown out") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  const auto id = id_of_node(1);
  const auto of_the_node = [&] {
    stranger one{north};
    return one.hear(32 + id.size()).substr(32);
  }();
  REQUIRE(of_the_node.size() == id.size());
  for (const auto& greeting :
       {greeting_of(std::string(8, '\0')), greeting_of(of_the_node), greeting_of(id + "more"),
        greeting_of(id, selects), greeting_of(id) + greeting_of(id),
        greeting_of(id) + greeting_of(id_of_node(2), selects)}) {
    stranger one{north};
    one.say(greeting);
    CHECK(comes_true([&] { return one.was_shown_out(); }));
  }
  stranger good{north};
  good.say(greeting_of(id) + greeting_of(id, selects) + good_header(heartbeat, 0));
  check_serves(two);
  CHECK_FALSE(good.was_shown_out());
}

TEST_CASE("whoever announces a message of 4 GB is shown out before there is room for it") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  auto begin = megabytes_in_use();
  std::vector<stranger> all;
  for (bool greets : {false, true})
    for (unsigned char operation = 0; operation < 8; ++operation) {
      all.emplace_back(north);
      all.back().say((greets ? greeting_of(id_of_node(1)) : "")
                     + good_header(operation, 0xffffffff));
    }
  for (auto& one : all)
    CHECK(comes_true([&] { return one.was_shown_out(); }));
  CHECK(megabytes_in_use() < begin + 64);
  check_serves(two);
}

TEST_CASE("messages within messages without an end, and a buffer that is none, end no node") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  const auto id = id_of_node(1);
  const auto types = [](const std::string& names) {
    return std::string(2, '\0') + static_cast<char>(names.size()) + names;
  };
  std::string messages, errors;
  for (int i = 0; i < 60'000; ++i) {
    messages += types("@<>+@message");
    errors += types("@<>+@error") + std::string(9, '\1');
  }
  auto begin = megabytes_at_most();
  for (const auto& message :
       {messages, errors, types("@<>+@charbuf") + "\xff\xff\xff\xff\x03",
        types("@<>+annals.command+@charbuf"), types("@<>+@str") + "\xff\xff\xff\xff\x03"}) {
    stranger one{north};
    const auto whose = one.hear_gateway();
    const auto payload = std::string(1, '\0') + message;
    wire_header header{direct, static_cast<std::uint32_t>(payload.size())};
    header.destination = whose;
    one.say(greeting_of(id) + header.text() + payload);
    CHECK(comes_true([&] { return one.was_shown_out(); }));
  }
  check_serves(two);
  CHECK(megabytes_at_most() < begin + 64);
}

TEST_CASE("connections that never greet make room for others, and those who greet slowly as well") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  std::vector<stranger> silent;
  for (int i = 0; i < 500; ++i) {
    silent.emplace_back(north);
    REQUIRE(silent.back().is_connected());
    if (i % 2 == 0)
      silent.back().say(std::string_view{"\1", 1});
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

TEST_CASE("who greets byte by byte, or not at all, is shown out in time though nobody else comes") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto north = two["north"].nodes().at(0);
  stranger silent{north}, slow{north};
  const auto begin = std::chrono::steady_clock::now();
  const auto greeting = greeting_of(id_of_node(1));
  std::size_t said = 0;
  while (said < greeting.size() && !slow.was_shown_out()) {
    slow.say(greeting.substr(said++, 1));
    std::this_thread::sleep_for(150ms);
  }
  CHECK(said < greeting.size());
  CHECK(std::chrono::steady_clock::now() - begin > 4s);
  CHECK(comes_true([&] { return silent.was_shown_out(); }));
  CHECK(std::chrono::steady_clock::now() - begin < 8s);
  check_serves(two);
}

TEST_CASE("a message that was announced and does not come is not waited for without an end") {
  annals::connection_limits limits;
  limits.port.message = 300ms;
  guarded_gateway port{limits};
  stranger one{port.address()}, other{port.address()};
  one.say(greeting_of(id_of_node(1)) + good_header(direct, 100) + "and");
  const std::string empty{"\0\0\0\3@<>", 7};
  other.say(greeting_of(id_of_node(2)) + good_header(direct, 7) + empty);
  CHECK(comes_true([&] { return one.was_shown_out(); }));
  CHECK_FALSE(other.was_shown_out());
}

TEST_CASE("where there are too many connections the one that was silent the longest makes room") {
  annals::connection_limits limits;
  limits.port.most_connections = 4;
  guarded_gateway port{limits};
  std::vector<stranger> all;
  for (std::uint32_t i = 0; i < 6; ++i) {
    all.emplace_back(port.address());
    all.back().say(greeting_of(id_of_node(i + 1)));
    REQUIRE(all.back().is_greeted_back());
  }
  CHECK(comes_true([&] { return all[0].was_shown_out() && all[1].was_shown_out(); }));
  for (std::size_t i = 2; i < all.size(); ++i)
    CHECK_FALSE(all[i].was_shown_out());
}

TEST_CASE("two machines with the same addresses and process ids have ids of their own") {
  guarded_gateway port{{}};
  // What CAF makes of this machine and process, but for the last byte, which it counts.
  auto text = to_string(caf::node_id::default_data::local(port.settings()));
  const auto of_machine = text.substr(0, 38);
  CHECK_FALSE(to_string(port.id()).starts_with(of_machine));
  guarded_gateway other{{}};
  CHECK(to_string(port.id()).substr(0, 38) != to_string(other.id()).substr(0, 38));
}
