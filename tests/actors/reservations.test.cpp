#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::places;
using annals::tests::settings;
using ledger::account;
using ledger::deposit;

TEST_CASE("a unique value has one holder, and is free again when it is given back") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    auto rename = [&](const char* id, const char* to) {
      return node.ask<account>(id, ledger::rename{to}).get();
    };
    REQUIRE(rename("a", "anna"));
    auto refused = rename("b", "anna");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::already_taken);
    CHECK(refused.error().message.find("anna") != std::string::npos);
    CHECK(node.load<account>("b").value().name_in_use.empty());
    REQUIRE(rename("a", "anne"));
    CHECK(rename("b", "anna"));
    // Of many at once exactly one gets it, and the others go on.
    std::vector<std::future<annals::reply>> answers;
    for (int i = 0; i < 50; ++i) {
      answers.push_back(node.ask<account>("c" + std::to_string(i % 5), ledger::rename{"carl"}));
      answers.push_back(node.ask<account>("c" + std::to_string(i % 5), deposit{1}));
    }
    for (auto& answer : answers)
      if (auto reply = answer.get(); !reply)
        CHECK(reply.error().code == errc::already_taken);
    int holders = 0;
    for (int i = 0; i < 5; ++i) {
      auto state = node.load<account>("c" + std::to_string(i)).value();
      CHECK(state.balance == 10);
      holders += state.name_in_use == "carl" ? 1 : 0;
    }
    CHECK(holders == 1);
  }
}
