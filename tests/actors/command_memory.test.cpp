#include <annals/actors/command_memory.hpp>

#include <catch2/catch.hpp>

namespace {

annals::uuid id(int number) { return annals::derive_id({}, std::to_string(number)); }

annals::command_memory::entry entry(int number) {
  return {id(number), static_cast<annals::stream_version>(number), 1, 1};
}

} // namespace

TEST_CASE("the newest commands are remembered and the oldest leave first, at any capacity") {
  for (int capacity : {1, 3, 16, 17, 100}) {
    annals::command_memory memory{static_cast<std::size_t>(capacity)};
    for (int number = 1; number <= 250; ++number) {
      memory.remember(entry(number));
      REQUIRE(memory.find(id(number))->version == static_cast<annals::stream_version>(number));
      auto oldest = std::max(1, number - capacity + 1);
      REQUIRE(memory.find(id(oldest)) != nullptr);
      REQUIRE(memory.find(id(oldest - 1)) == nullptr);
    }
    CHECK(memory.size() == static_cast<std::size_t>(capacity));
  }
}

TEST_CASE("a command that is remembered again replaces what was known of it") {
  annals::command_memory memory{10};
  memory.remember(entry(1));
  memory.remember({id(1), 7, 8, 2});
  CHECK(memory.size() == 1);
  CHECK(memory.find(id(1))->position == 8);
  memory.clear();
  CHECK(memory.find(id(1)) == nullptr);
}
