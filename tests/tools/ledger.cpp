#include "tests/tools/ledger.hpp"

#include <catch2/catch.hpp>

#include <cstdio>

namespace annals::tests {

void ledger::deposit(const std::string& account, int cents) const {
  auto end = run(
      {"ask", "ledger.account", account, "deposit", "{\"cents\":" + std::to_string(cents) + "}"});
  INFO(end.err);
  REQUIRE(end.code == 0);
}

std::string ledger::lines(int count, int pausing, int accounts) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    char id[40];
    std::snprintf(id, sizeof id, "01890a5d-ac96-774b-bcce-%012x", static_cast<unsigned>(i) + 1);
    text += "{\"id\":\"" + std::string{id} + "\",\"correlationID\":\"" + id
            + "\",\"causationID\":null,\"sourceID\":\"ledger.account-"
            + std::to_string(i % accounts) + "\",\"version\":" + std::to_string(i / accounts + 1)
            + ",\"position\":" + std::to_string(i + 1)
            + ",\"eventType\":\"ledger.deposited\",\"schemaVersion\":1,"
              "\"time\":\"2011-10-01T06:08:58.256Z\",\"event\":{\"cents\":1,\"remark\":"
            + (i + 1 == pausing ? "\"pause\"" : "null") + "}}\n";
  }
  return text;
}

void ledger::fill(int count, int pausing) const {
  auto end = run({"import"}, lines(count, pausing));
  INFO(end.err);
  REQUIRE(end.code == 0);
}

} // namespace annals::tests
