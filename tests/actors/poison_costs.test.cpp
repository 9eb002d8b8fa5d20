#include "tests/actors/poison_helpers.hpp"

#include "tests/printing.hpp"

#include <annals/actors/take_on.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::node;
using annals::tests::temporary_folder;
using namespace poison;
using namespace std::chrono_literals;

namespace costs {

inline std::atomic<int> copies{0};
inline std::atomic<int> projected{0};

// Says how often it is copied.
struct counted {
  counted() = default;
  counted(const counted& other) : number{other.number} { ++copies; }
  counted(counted&&) = default;
  counted& operator=(const counted& other) {
    number = other.number;
    ++copies;
    return *this;
  }
  counted& operator=(counted&&) = default;
  ~counted() = default;

  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(counted, (), (number))

struct model {
  static constexpr annals::projection_name name{"poison.costs"};
  static constexpr auto on_poison = annals::poison::park;
  counted sum;
};
BOOST_DESCRIBE_STRUCT(model, (), (sum))
inline void project(model& self, const annals::recorded<added>& event) {
  ++projected;
  work_at_it();
  self.sum.number += event->amount;
  throw_at(*event);
}

} // namespace costs

TEST_CASE("parked events that fail again cost a bounded number of copies of the model, and leave "
          "nothing in it") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 2'000, 1, 2, 1); // each second one
  annals::config settings;
  settings.store = in(folder);
  settings.poison_retries = 0;
  node counting{annals::domain<counter, costs::model>{}, settings};
  REQUIRE(counting.wait_for<costs::model>(2'000, 60s));
  auto hand = annals::control<costs::model>(counting);
  REQUIRE(hand.parked().size() == 1'000);
  const auto before = json_of<costs::model>(counting);
  const int copied = costs::copies;
  auto report = hand.retry_all().value();
  CHECK(report.taken_in == 0);
  CHECK(report.still_parked == 1'000);
  CHECK(costs::copies - copied < 50);
  CHECK(json_of<costs::model>(counting) == before);
  mended = true;
  CHECK(hand.retry_all().value().taken_in == 1'000);
  CHECK(json_of<costs::model>(counting) == R"({"sum":{"number":2001000}})");
}

TEST_CASE("events that a projection parks one after the other have few others taken in again") {
  not_mended fresh;
  annals::registry known = annals::domain<counter, costs::model>{};
  auto store = annals::open_store("memory:").value();
  fill(*store, 3'000, 1, 10, 1); // 300 of them
  work = 20us;
  costs::projected = 0;
  auto made = annals::rebuild_projection(*store->open_reader().value(), known,
                                         known.projections().front(), 10'000);
  work = 0us;
  REQUIRE(made);
  CHECK((*made)->notes().parked.size() == 300);
  CHECK(costs::projected < 15'000);
}
