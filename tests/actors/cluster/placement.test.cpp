#include <annals/actors/cluster/placement.hpp>

#include <catch2/catch.hpp>

#include <map>

using annals::member;
using annals::placement;

namespace {

constexpr int streams = 20'000;

std::string stream_named(int i) { return "bank.account-" + std::to_string(i); }

placement of(std::vector<std::pair<std::string, double>> nodes) {
  std::vector<member> members;
  for (auto& [name, weight] : nodes)
    members.push_back({name, "1", "127.0.0.1:1", weight});
  return placement{members};
}

std::map<std::string, int> shares(const placement& nodes) {
  std::map<std::string, int> count;
  for (int i = 0; i < streams; ++i)
    ++count[nodes.owner_of(stream_named(i))->name];
  return count;
}

} // namespace

TEST_CASE("nodes of one weight have shares of one size") {
  for (const auto& [name, count] : shares(of({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}))) {
    INFO(name);
    CHECK(count == Approx(streams / 4).epsilon(0.05));
  }
}

TEST_CASE("shares are as large as weights say") {
  auto count = shares(of({{"small", 0.5}, {"large", 3}, {"one", 1}}));
  CHECK(count["small"] == Approx(streams / 9.0).epsilon(0.08));
  CHECK(count["one"] == Approx(2 * streams / 9.0).epsilon(0.08));
  CHECK(count["large"] == Approx(6 * streams / 9.0).epsilon(0.05));
}

TEST_CASE("a node that comes takes its share, and moves nothing between the others") {
  auto before = of({{"a", 1}, {"b", 2}, {"c", 1}});
  auto after = of({{"a", 1}, {"b", 2}, {"c", 1}, {"d", 1}});
  int moved = 0;
  for (int i = 0; i < streams; ++i) {
    auto from = before.owner_of(stream_named(i))->name;
    auto to = after.owner_of(stream_named(i))->name;
    if (from == to)
      continue;
    CHECK(to == "d");
    ++moved;
  }
  CHECK(moved == Approx(streams / 5.0).epsilon(0.08));
}

TEST_CASE("a node without weight has nothing, and what it had goes to all the others") {
  auto before = of({{"a", 1}, {"b", 1}, {"c", 1}});
  auto after = of({{"a", 1}, {"b", 0}, {"c", 1}});
  std::map<std::string, int> moved;
  for (int i = 0; i < streams; ++i) {
    auto from = before.owner_of(stream_named(i))->name;
    auto to = after.owner_of(stream_named(i))->name;
    CHECK(to != "b");
    if (from == "b")
      ++moved[to];
    else
      CHECK(from == to);
  }
  CHECK(moved["a"] == Approx(streams / 6.0).epsilon(0.08));
  CHECK(moved["c"] == Approx(streams / 6.0).epsilon(0.08));
}

TEST_CASE("the order in which nodes are listed does not matter") {
  auto one = of({{"a", 1}, {"b", 2}, {"c", 1}});
  auto other = of({{"c", 1}, {"a", 1}, {"b", 2}});
  CHECK(one == other);
  CHECK(shares(one) == shares(other));
}

TEST_CASE("placement is the same in every release: a stream is where another node looks for it") {
  auto nodes = of({{"north", 1}, {"south", 1}, {"west", 1}});
  std::string owners;
  for (int i = 0; i < 24; ++i)
    owners += nodes.owner_of(stream_named(i))->name.front();
  CHECK(owners == "nwswwnnnssswnwnsnnsswwns");
}

TEST_CASE("where there are no nodes, nobody has a stream") {
  CHECK(placement{}.owner_of("a-1") == nullptr);
  CHECK(of({{"a", 0}}).owner_of("a-1") == nullptr);
}
