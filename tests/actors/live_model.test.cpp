#include <annals/actors/live_model.hpp>

#include "tests/actors/ledger.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using annals::errc;

namespace {

std::int64_t deposits(const annals::live_model& model) {
  auto still = model.hold();
  return static_cast<const ledger::counts*>(model.model())->deposits;
}

} // namespace

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
