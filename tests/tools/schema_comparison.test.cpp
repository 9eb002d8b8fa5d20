#include <annals/tools/schema_comparison.hpp>

#include <annals/messages/domain.hpp>
#include <annals/messages/json.hpp>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <array>
#include <set>

using annals::tools::reading_rules;

// The same type before and after a change, under one name.
#define DESCRIBE(type, ...)                                                                        \
  static constexpr annals::type_name name{"t"};                                                    \
  BOOST_DESCRIBE_CLASS(type, (), (__VA_ARGS__), (), ())

namespace {

enum class three { a, b, c };
BOOST_DESCRIBE_ENUM(three, a, b, c)
enum class two { a, c };
BOOST_DESCRIBE_ENUM(two, a, c)

template <class T>
struct holds {
  T it{};
  DESCRIBE(holds, it)
};
template <class T>
struct and_more {
  T it{};
  std::int64_t more = 1;
  DESCRIBE(and_more, it, more)
};
template <class T>
struct other {
  T that{};
  DESCRIBE(other, that)
};

struct one {
  static constexpr annals::type_name name{"one"};
  std::int64_t x = 0;
  BOOST_DESCRIBE_CLASS(one, (), (x), (), ())
};
struct one_of_text {
  static constexpr annals::type_name name{"one"};
  std::string x;
  BOOST_DESCRIBE_CLASS(one_of_text, (), (x), (), ())
};
struct tree {
  static constexpr annals::type_name name{"tree"};
  std::vector<tree> below;
  BOOST_DESCRIBE_CLASS(tree, (), (below), (), ())
};

template <class Before, class After>
std::vector<std::string> changes(reading_rules rules = {}) {
  auto parsed = [](const boost::json::object& schema) {
    return boost::json::parse(boost::json::serialize(schema)).as_object();
  };
  std::vector<std::string> all;
  for (const auto& change : annals::tools::compare_schemas(
           parsed(annals::schema_of<Before>()), parsed(annals::schema_of<After>()), rules))
    all.push_back(to_string(change));
  return all;
}

template <class Before, class After>
bool breaks(const char* where) {
  auto all = changes<holds<Before>, holds<After>>();
  CHECK(changes<holds<Before>, holds<Before>>().empty());
  INFO((all.empty() ? "none" : all[0]));
  return all.size() == 1 && all[0].starts_with("member " + std::string{where} + ":");
}

template <class Before, class After>
bool fine() {
  return changes<holds<Before>, holds<After>>().empty();
}

using int64 = std::int64_t;
using int32 = std::int32_t;
using uint64 = std::uint64_t;

} // namespace

TEST_CASE("a member of another type, or narrower, breaks what is stored") {
  CHECK(breaks<int64, std::string>("it"));
  CHECK(breaks<int64, int32>("it"));
  CHECK(breaks<int64, uint64>("it"));
  CHECK(breaks<uint64, int64>("it"));
  CHECK(breaks<int64, double>("it"));
  CHECK(breaks<std::string, annals::uuid>("it"));
  CHECK(breaks<annals::timestamp, std::chrono::seconds>("it"));
  CHECK(breaks<std::vector<int64>, int64>("it"));
  CHECK(breaks<std::optional<int64>, int64>("it"));
  CHECK(breaks<three, two>("it"));
  CHECK(breaks<std::string, three>("it"));
  CHECK(breaks<one, one_of_text>("it.x"));
  CHECK(breaks<std::optional<one>, std::optional<one_of_text>>("it.x"));
  CHECK(breaks<std::vector<int64>, std::vector<int32>>("it[]"));
  CHECK(breaks<std::vector<int64>, std::set<int64>>("it"));
  CHECK(breaks<std::vector<int64>, std::array<int64, 2>>("it"));
  CHECK(breaks<std::map<std::string, int64>, std::map<std::string, bool>>("it{}"));
  CHECK(breaks<std::pair<int64, bool>, std::pair<int64, int64>>("it[1]"));
  CHECK(breaks<std::variant<one, int64>, std::variant<one, bool>>("it"));
  CHECK(breaks<std::variant<int64, one>, std::variant<int64, one_of_text>>("it(one).x"));
}

TEST_CASE("what only widens breaks nothing") {
  CHECK(fine<int32, int64>());
  CHECK(fine<int32, double>());
  CHECK(fine<int64, std::optional<int64>>());
  CHECK(fine<two, three>());
  CHECK(fine<two, std::string>());
  CHECK(fine<std::set<int64>, std::vector<int64>>());
  CHECK(fine<std::array<int64, 2>, std::vector<int64>>());
  CHECK(fine<std::variant<int64>, std::variant<bool, int64>>());
  CHECK(fine<tree, tree>());
}

TEST_CASE("a member that is new breaks unless it may be missing, and one that is gone does not") {
  using before = holds<int64>;
  using after = and_more<int64>;
  reading_rules older{true, false};
  reading_rules strict{false, true};
  CHECK(changes<before, after>().size() == 1);
  CHECK(changes<before, after>(older).empty());
  CHECK(changes<after, before>().empty());
  CHECK(changes<after, before>(strict).size() == 1);
  CHECK(changes<before, other<int64>>().size() == 1);
  CHECK(changes<before, other<int64>>(older).size() == 1); // a rename, or so it looks
  CHECK(changes<before, other<std::optional<int64>>>(older).empty());
}
