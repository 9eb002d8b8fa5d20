#include <annals/actors/command_memory.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace {

using ids = std::vector<annals::uuid>;

// As a program derives them from rows: in no order.
ids derived(int count) {
  ids made;
  for (int number = 0; number < count; ++number)
    made.push_back(annals::derive_id({}, std::to_string(number)));
  return made;
}

// As callers make them, overtaking each other within `window`.
ids in_order_of_time(int count, std::ptrdiff_t window) {
  ids made;
  for (int number = 0; number < count; ++number)
    made.push_back(annals::make_id());
  std::mt19937 random{7};
  for (auto begin = made.begin(); begin != made.end();) {
    auto end = begin + std::min(window, made.end() - begin);
    std::shuffle(begin, end, random);
    begin = end;
  }
  return made;
}

ids in_order_and_then_not(int count) {
  auto made = in_order_of_time(count / 2, 1);
  auto others = derived(count - count / 2);
  made.insert(made.end(), others.begin(), others.end());
  return made;
}

void check_remembers(const ids& commands, std::size_t capacity) {
  annals::command_memory memory{capacity};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    REQUIRE(memory.find(commands[i]) == nullptr);
    memory.add({commands[i], i + 1, 1, 1});
    REQUIRE(memory.find(commands[i])->version == i + 1);
    auto oldest = i + 1 > capacity ? i + 1 - capacity : 0;
    REQUIRE(memory.find(commands[oldest]) != nullptr);
    REQUIRE(memory.find(commands[oldest])->version == oldest + 1);
    if (oldest > 0)
      REQUIRE(memory.find(commands[oldest - 1]) == nullptr);
  }
  CHECK(memory.size() == std::min(capacity, commands.size()));
  for (auto i = commands.size() - memory.size(); i < commands.size(); ++i)
    REQUIRE(memory.find(commands[i])->version == i + 1);
}

} // namespace

TEST_CASE("the newest commands are remembered and the oldest leave first, whatever their ids") {
  for (std::size_t capacity : {1, 3, 64, 65, 100, 1000}) {
    INFO("capacity " << capacity);
    check_remembers(derived(400), capacity);
    check_remembers(in_order_of_time(400, 1), capacity);
    check_remembers(in_order_of_time(400, 50), capacity);
    check_remembers(in_order_of_time(400, 400), capacity);
    check_remembers(in_order_and_then_not(400), capacity);
  }
}

TEST_CASE("what is known of a command can be changed, and all be forgotten") {
  annals::command_memory memory{10};
  auto id = annals::make_id();
  memory.add({id, 7, 0, 2});
  memory.find(id)->position = 8;
  CHECK(memory.find(id)->position == 8);
  memory.clear();
  CHECK(memory.size() == 0);
  CHECK(memory.find(id) == nullptr);
}
