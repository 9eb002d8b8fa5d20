#include "tests/printing.hpp"

#include <annals/domain.hpp>
#include <annals/messages/json.hpp>

#include <boost/json/serialize.hpp>

#include <catch2/catch.hpp>

#include <limits>

namespace {

enum class color { red, green };
BOOST_DESCRIBE_ENUM(color, red, green)

struct address {
  static constexpr annals::type_name name{"test.address"};
  std::string street;
  std::optional<std::string> town;
  bool operator==(const address&) const = default;
};
BOOST_DESCRIBE_STRUCT(address, (), (street, town))

struct everything {
  static constexpr annals::event_name name{"test.everything"};
  bool flag = false;
  std::int64_t small = 0;
  std::uint64_t large = 0;
  double ratio = 0;
  std::string text;
  color paint = color::red;
  address home;
  std::vector<address> others;
  std::map<std::string, std::int32_t> counts;
  std::map<color, bool> by_color;
  std::map<std::chrono::sys_days, std::int32_t> by_day;
  std::set<std::int32_t> numbers;
  std::pair<std::int32_t, std::string> couple;
  std::variant<std::monostate, std::int64_t, std::string, address> either;
  annals::timestamp time{};
  std::chrono::system_clock::time_point fine_time{};
  std::chrono::sys_days day{};
  std::chrono::milliseconds span{0};
  std::chrono::hours long_span{0};
  annals::bytes blob;
  annals::uuid id{};
  bool operator==(const everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (flag, small, large, ratio, text, paint, home, others, counts, by_color,
                       by_day, numbers, couple, either, time, fine_time, day, span, long_span, blob,
                       id))

struct tree {
  static constexpr annals::type_name name{"test.tree"};
  std::int32_t value = 0;
  std::vector<tree> branches;
  bool operator==(const tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(tree, (), (value, branches))

everything sample() {
  using namespace std::chrono;
  everything all;
  all.flag = true;
  all.small = std::numeric_limits<std::int64_t>::min();
  all.large = std::numeric_limits<std::uint64_t>::max();
  all.ratio = 0.1;
  all.text = "quotes \" and \\, a newline \n, NUL \0, ä€𝄞";
  all.text += '\0';
  all.paint = color::green;
  all.home = {"Main Street", "Springfield"};
  all.others = {{"A", {}}, {"B", "C"}};
  all.counts = {{"one", 1}, {"two", 2}};
  all.by_color = {{color::green, true}};
  all.by_day = {{sys_days{2012y / 2 / 29}, 3}};
  all.numbers = {3, 1, 2};
  all.couple = {7, "seven"};
  all.either = address{"in a variant", {}};
  all.time = annals::timestamp{sys_days{2011y / 10 / 1} + 6h + 8min + 58s + 256ms};
  all.fine_time = system_clock::time_point{nanoseconds{1'234'567'890'123'456'789}};
  all.day = sys_days{1969y / 12 / 31};
  all.span = -1500ms;
  all.long_span = 48h;
  all.blob = {std::byte{0}, std::byte{255}, std::byte{16}, std::byte{32}};
  all.id = annals::derive_id({}, "x");
  return all;
}

std::string refusal_of(std::string_view text) {
  auto read = annals::from_json<address>(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == annals::errc::undecodable);
  return read.error().message;
}

} // namespace

TEST_CASE("every kind of member comes back from JSON as it was") {
  auto text = annals::to_json(sample()).value();
  CHECK(annals::from_json<everything>(text).value() == sample());
  CHECK(annals::to_json(annals::from_json<everything>(text).value()).value() == text);
}

TEST_CASE("each alternative of a variant comes back as itself") {
  using either = decltype(everything::either);
  for (const either& value : {either{}, either{std::int64_t{5}}, either{"text"}, either{address{}}})
    CHECK(annals::from_json<either>(annals::to_json(value).value()).value() == value);
}

TEST_CASE("a type may hold itself") {
  tree oak{1, {{2, {}}, {3, {{4, {}}}}}};
  CHECK(annals::from_json<tree>(annals::to_json(oak).value()).value() == oak);
  CHECK(boost::json::serialize(annals::schema_of<tree>()).find("#/$defs/test.tree")
        != std::string::npos);
}

TEST_CASE("what JSON cannot hold is refused with type and member, and nothing is written") {
  auto broken = sample();
  broken.others[1].town = "\xff";
  std::string text = "before";
  auto written = annals::append_json(text, broken);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == annals::errc::unencodable);
  CHECK(written.error().message.starts_with("test.everything.others[1].town: "));
  CHECK(text == "before");

  auto endless = sample();
  endless.ratio = std::numeric_limits<double>::infinity();
  CHECK(annals::to_json(endless).error().message
        == "test.everything.ratio: the number is not finite");
}

TEST_CASE("a decode error names the type, the member and what was found there") {
  CHECK(refusal_of("[]") == "test.address: expected an object, found an array of 0");
  CHECK(refusal_of("{}") == "test.address.street: the member is missing");
  CHECK(refusal_of(R"({"street":7})")
        == "test.address.street: expected a string, found the number 7");
  CHECK(refusal_of(R"({"street":"x","town":false})")
        == "test.address.town: expected a string, found false");
  CHECK(refusal_of(R"({"street":"x","twon":"y"})")
        == "test.address.twon: there is no such member; it has street, town");
  CHECK(refusal_of(R"({"street":"x")").starts_with("test.address: not JSON: "));
  CHECK(refusal_of("").starts_with("test.address: not JSON: "));
  CHECK(refusal_of("{\"street\":\"\xff\"}").starts_with("test.address: not JSON: "));
  auto nested = annals::from_json<std::vector<address>>(R"([{"street":"x"},{"street":null}])");
  CHECK(nested.error().message.ends_with("[1].street: expected a string, found null"));
}

TEST_CASE("a number that does not fit its member is refused, never cut") {
  CHECK_FALSE(annals::from_json<std::int8_t>("128"));
  CHECK(annals::from_json<std::int8_t>("-128").value() == -128);
  CHECK_FALSE(annals::from_json<std::uint32_t>("-1"));
  CHECK_FALSE(annals::from_json<std::int64_t>("9223372036854775808"));
  CHECK_FALSE(annals::from_json<std::int64_t>("1.5"));
  CHECK(annals::from_json<std::uint64_t>("18446744073709551615").value()
        == std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(annals::from_json<std::chrono::hours>("\"PT90M\""));
  CHECK(annals::from_json<std::chrono::minutes>("\"PT1H30M\"").value().count() == 90);
}

TEST_CASE("JSON that is nested without end is refused, not followed") {
  std::string deep(100'000, '[');
  CHECK_FALSE(annals::from_json<std::vector<std::vector<tree>>>(deep));
}

TEST_CASE("the schema says each member's type and which must be there") {
  auto text = boost::json::serialize(annals::schema_of<address>());
  CHECK(text.find(R"("required":["street"])") != std::string::npos);
  CHECK(text.find(R"("street":{"type":"string"})") != std::string::npos);
}
