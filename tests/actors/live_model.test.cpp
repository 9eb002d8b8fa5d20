#include <annals/actors/live_model.hpp>

#include "tests/actors/ledger.hpp"
#include "tests/actors/poison_domain.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <future>

using annals::errc;

namespace {

std::int64_t deposits(const annals::live_model& model) {
  auto still = model.hold().value();
  return static_cast<const ledger::counts*>(model.model())->deposits;
}

annals::recorded_event poison_event(annals::log_position position) {
  annals::recorded_event event;
  event.id = annals::make_id();
  event.stream = "poison.counter-a";
  event.position = event.version = position;
  event.type = "poison.added";
  event.payload = R"({"amount":5,"how":"poison"})";
  return event;
}

} // namespace

TEST_CASE("no reader sees a model that an event has changed by half") {
  annals::registry domain = poison::domain{};
  annals::live_model model{*domain.find_projection("poison.strict")};
  poison::not_mended fresh;
  auto before = model.copy().value();
  const std::vector<annals::recorded_event> events{poison_event(1)};
  REQUIRE(model.take_in(events, domain).error().code == errc::domain_threw);
  auto sum = [&]() -> annals::result<std::int64_t> {
    auto still = model.hold();
    if (!still)
      return still.error();
    return static_cast<const poison::strict*>(model.model())->sum;
  };
  auto reading = std::async(std::launch::async, sum);
  CHECK(reading.wait_for(std::chrono::milliseconds{20}) == std::future_status::timeout);
  SECTION("it waits until the model is put back") {
    model.replace(std::move(before));
    CHECK(reading.get().value() == 0);
  }
  SECTION("or is told why it cannot be") {
    model.give_up();
    model.stop({errc::store_unavailable, "the log is away"});
    CHECK(reading.get().has_error());
    CHECK(sum().error().message == "the log is away");
    model.replace(std::move(before));
    CHECK(sum().value() == 0);
  }
}

TEST_CASE("of a stored model that is of no use, no reader ever sees anything") {
  annals::registry domain = ledger::domain{};
  annals::live_model model{*domain.find_projection("ledger.counts")};
  const annals::stored_model of_no_use[] = {
      {"ledger.counts", 99, 1, R"({"deposits":41,"misdeeds":0})"},
      {"ledger.counts", 5, 2, R"({"deposits":41,"misdeeds":0})"},
      {"ledger.counts", 5, 1, R"({"deposits":41,"misdeeds":"x"})"},
  };
  for (const auto& stored : of_no_use) {
    INFO(stored.model);
    CHECK(model.restore(stored, 10).error().code == errc::undecodable);
    CHECK(model.position() == 0);
    CHECK(deposits(model) == 0);
  }
  REQUIRE(model.restore({"ledger.counts", 5, 1, R"({"deposits":41,"misdeeds":0})"}, 10));
  CHECK(model.position() == 5);
  CHECK(deposits(model) == 41);
}
