// What strangers do at a node's port.

#include "tests/actors/cluster/crew.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <random>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace annals::tests;
using ledger::account;
using ledger::deposit;

namespace {

class stranger {
public:
  explicit stranger(const annals::member& node) {
    auto where = annals::network_address::parse(node.address).value();
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(where.port);
    inet_pton(AF_INET, where.host.c_str(), &to.sin_addr);
    is_connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~stranger() {
    if (socket_ >= 0)
      close(socket_);
  }
  stranger(stranger&& other) noexcept
      : socket_{std::exchange(other.socket_, -1)}, is_connected_{other.is_connected_} {}

  bool is_connected() const { return is_connected_; }
  void say(std::string_view text) { (void)send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  // Whether the node has closed the connection by now; reads what it has said.
  bool was_shown_out() {
    char said[4096];
    for (;;) {
      auto got = recv(socket_, said, sizeof said, MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN))
        return true;
      if (got < 0)
        return false;
    }
  }

private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  bool is_connected_ = false;
};

std::size_t megabytes_in_use() {
  std::ifstream in{"/proc/self/statm"};
  std::size_t whole = 0, resident = 0;
  in >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20;
}

// The header of a message in BASP: operation, padding, flags, length, and what is about it.
std::string header_of(unsigned char operation, std::uint32_t length, std::uint64_t data = 0) {
  std::string made{'\0', '\0', '\0', static_cast<char>(operation)};
  for (int shift = 24; shift >= 0; shift -= 8)
    made += static_cast<char>(length >> shift);
  for (int shift = 56; shift >= 0; shift -= 8)
    made += static_cast<char>(data >> shift);
  return made + std::string(16, '\0');
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
    std::string noise(random() % 400, '\0');
    for (auto& c : noise)
      c = static_cast<char>(random());
    if (i % 4 == 0) // looks like a message at first
      noise = header_of(static_cast<unsigned char>(random() % 8),
                        static_cast<std::uint32_t>(random()), random())
              + noise;
    one.say(noise);
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
