#include "tests/persistence/child_process.hpp"
#include "tests/printing.hpp"

#include <annals/messages/ids.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/time.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

TEST_CASE("new ids are version 7, all different, and sort by the time they were made") {
  std::vector<annals::uuid> ids(20'000);
  std::generate(ids.begin(), ids.end(), annals::make_id);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(annals::to_string(ids.front())[14] == '7');
  CHECK(annals::parse_uuid(annals::to_string(ids.front())).value() == ids.front());
}

TEST_CASE("a process that was forked makes other ids than its parent") {
  auto random_half = [] {
    auto id = annals::make_id();
    return std::accumulate(id.begin() + 8, id.end(), std::uint64_t{0},
                           [](std::uint64_t half, auto byte) { return half << 8 | byte; });
  };
  random_half(); // from here on there is something that a fork could copy
  annals::tests::child_process child{[&](auto& report) { report(random_half()); }};
  std::uint64_t of_child = 0;
  REQUIRE(child.next(of_child));
  CHECK(of_child != random_half());
  CHECK(child.wait() == 0);
}

TEST_CASE("a derived id follows from its name") {
  auto space = annals::parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  // The example of RFC 9562, appendix A.4.
  CHECK(annals::to_string(annals::derive_id(space, "www.example.com"))
        == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST_CASE("what is no UUID is refused by name") {
  for (auto text :
       {"", "x", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b8109dad11d180b400c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "{ba7b810-9dad-11d1-80b4-00c04fd430c8"})
    CHECK(annals::parse_uuid(text).error().code == annals::errc::invalid_argument);
}

TEST_CASE("an id of an aggregate instance may hold anything but control characters") {
  for (auto id : {"a", "a/b", "O'Brien \"quoted\"", "größe-日本", "with space", "-"})
    CHECK(annals::check_id(id));
  CHECK(annals::check_id(std::string(512, 'x')));
  for (auto id :
       {std::string{}, std::string(513, 'x'), std::string(10'000, 'x'), std::string{"a\nb"},
        std::string{"a\0b", 3}, std::string{"\xc3"}, std::string{"\x7f"}})
    CHECK(annals::check_id(id).error().code == annals::errc::invalid_id);
}

TEST_CASE("an error message may quote anything and stays short and printable") {
  CHECK(annals::quoted("plain ä") == "'plain ä'");
  CHECK(annals::quoted("a\n\x1b[31m\xff") == "'a\\x0a\\x1b[31m\\xff'");
  CHECK(annals::quoted(std::string(10'000, 'x')).size() < 100);
}

TEST_CASE("times are RFC 3339 in UTC with the digits that they need") {
  for (auto text :
       {"2011-10-01T06:08:58Z", "2011-10-01T06:08:58.256Z", "1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"})
    CHECK(annals::to_rfc3339(annals::parse_rfc3339(text).value()) == text);
  CHECK(annals::to_rfc3339(annals::parse_rfc3339("2012-02-29T23:30:00.1-01:30").value())
        == "2012-03-01T01:00:00.100Z");
  for (auto text :
       {"", "2011-10-01", "2011-13-01T00:00:00Z", "2011-02-29T00:00:00Z", "2011-10-01T24:00:00Z",
        "2011-10-01T00:00:00", "2011-10-01T00:00:00.Z", "2011-10-01T00:00:00Z ", "yesterday"})
    CHECK(annals::parse_rfc3339(text).error().code == annals::errc::invalid_argument);
}

TEST_CASE("durations are ISO 8601 and come back exactly, below zero too") {
  using namespace std::chrono;
  for (auto text : {"PT0S", "PT90S", "PT0.250S", "-PT1.500S", "-PT3S", "PT9223372036854775807S"})
    CHECK(annals::to_iso_duration(annals::parse_iso_duration(text).value()) == text);
  CHECK(annals::parse_iso_duration("P1DT2H3M4.5S").value().whole == 93784s);
  for (auto text : {"", "P", "PT", "PT1", "1S", "PT1X", "PT1S2M", "PT99999999999999999999S"})
    CHECK(annals::parse_iso_duration(text).error().code == annals::errc::invalid_argument);
}
