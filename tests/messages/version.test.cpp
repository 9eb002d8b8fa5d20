#include <annals/messages/version.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

TEST_CASE("the version has three numbers") {
  CHECK(std::ranges::count(annals::version(), '.') == 2);
}
