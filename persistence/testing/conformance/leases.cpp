#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <thread>

namespace annals::conformance {

namespace {

using namespace std::chrono_literals;

lease_claim claim_of(std::string owner, std::chrono::milliseconds time = 1min) {
  return {"node/north", std::move(owner), "at 10.0.0.1:7000", time};
}

append_request under(const lease_fence& fence, append_request request) {
  request.extras.fence = fence;
  return request;
}

// Waits for a lease of a millisecond.
bool runs_out(lease_store& leases) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (leases.list("node/north").value().at(0).is_live()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

void check_taking(lease_store& leases) {
  auto first = leases.acquire(claim_of("one")).value();
  CHECK(first.owner == "one");
  CHECK(first.payload == "at 10.0.0.1:7000");
  CHECK(first.left > 50s);
  CHECK(first.left <= 1min);
  SECTION("another owner is told who has it") {
    auto refused = leases.acquire(claim_of("two"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::lease_held);
    CHECK_THAT(refused.error().message,
               Catch::Contains("'node/north'") && Catch::Contains("'one'"));
  }
  SECTION("its owner takes it again, and renews it, under the same token") {
    CHECK(leases.acquire(claim_of("one")).value().token == first.token);
    auto claim = claim_of("one");
    claim.payload = "leaving";
    CHECK(leases.renew(claim, first.token).value().token == first.token);
    CHECK(leases.list("node/").value().at(0).payload == "leaving");
  }
  SECTION("one that was given back is free, and its next token is larger") {
    REQUIRE(leases.release("node/north", first.token));
    CHECK(leases.list("node/").value().empty());
    CHECK(leases.renew(claim_of("one"), first.token).error().code == errc::lease_lost);
    CHECK(leases.acquire(claim_of("two")).value().token > first.token);
  }
  SECTION("whoever has lost it gives nothing back") {
    REQUIRE(leases.release("node/north", first.token));
    auto second = leases.acquire(claim_of("two")).value();
    REQUIRE(leases.release("node/north", first.token));
    CHECK(leases.renew(claim_of("two"), second.token));
  }
}

void check_running_out(lease_store& leases) {
  auto first = leases.acquire(claim_of("one", 1ms)).value();
  REQUIRE(runs_out(leases));
  SECTION("one that has run out is its owner's as long as nobody takes it") {
    CHECK(leases.renew(claim_of("one"), first.token).value().token == first.token);
    CHECK(leases.acquire(claim_of("two")).error().code == errc::lease_held);
  }
  SECTION("one that has run out goes to who asks first, under a larger token") {
    auto second = leases.acquire(claim_of("two")).value();
    CHECK(second.token > first.token);
    CHECK(leases.renew(claim_of("one"), first.token).error().code == errc::lease_lost);
    CHECK(leases.acquire(claim_of("one")).error().code == errc::lease_held);
  }
}

void check_fences(event_store& store, lease_store& leases) {
  auto fence = leases.acquire(claim_of("one", 1ms)).value().fence();
  auto reader = store.open_reader().value();
  SECTION("what is written under a lease is stored, also when it has run out and nobody took it") {
    REQUIRE(runs_out(leases));
    CHECK(append(store, under(fence, sample_request("a-1", 0))) == appended{1, 1});
    REQUIRE(store.save_model({"balances", 1, 1, "{}", 0, {}, fence}));
    CHECK(reader->load_model("balances").value() == stored_model{"balances", 1, 1, "{}"});
  }
  SECTION("nothing is stored under one that has changed hands") {
    REQUIRE(store.save_model({"balances", 1, 1, "old", 0, {}, fence}));
    REQUIRE(runs_out(leases));
    auto later = leases.acquire(claim_of("two")).value().fence();
    std::vector<append_request> group{under(fence, sample_request("a-1", 0)),
                                      sample_request("a-2", 0),
                                      under(later, sample_request("a-3", 0))};
    auto outcomes = store.append(group);
    REQUIRE(outcomes[0].has_error());
    CHECK(outcomes[0].error().code == errc::lease_lost);
    CHECK(outcomes[1] == appended{1, 1});
    CHECK(outcomes[2] == appended{1, 2});
    CHECK(reader->version_of("a-1").value() == 0);
    CHECK(store.save_model({"balances", 2, 1, "late", 0, {}, fence}).error().code
          == errc::lease_lost);
    CHECK(reader->load_model("balances").value()->model == "old");
    REQUIRE(store.save_model({"balances", 2, 1, "new", 0, {}, later}));
    CHECK(reader->load_model("balances").value()->model == "new");
  }
  SECTION("nothing is stored under one that was given back, or was never taken") {
    REQUIRE(leases.release(fence.name, fence.token));
    for (const auto& bad : {fence, lease_fence{"nobody's", 1}}) {
      CHECK(append(store, under(bad, sample_request("a-1", 0))).error().code == errc::lease_lost);
      CHECK(store.save_model({"balances", 1, 1, "{}", 0, {}, bad}).error().code
            == errc::lease_lost);
    }
    CHECK(reader->last_position().value() == 0);
    CHECK(append(store, sample_request("a-1", 0)) == appended{1, 1});
  }
}

// One asks again and again until it has the lease; how often any two had it at once.
void check_racing(const store_place& place) {
  auto store = place.open();
  std::atomic<int> holders{0};
  std::atomic<bool> shared{false};
  auto contend = [&](const std::string& owner) {
    auto leases = store->open_leases().value();
    std::uint64_t last = 0;
    for (int won = 0; won < 10;) {
      auto taken = leases->acquire(claim_of(owner));
      if (!taken && taken.error().code == errc::lease_held)
        continue;
      shared = shared || holders.fetch_add(1) != 0 || taken.value().token <= last;
      last = taken->token;
      --holders;
      leases->release("node/north", last).value();
      ++won;
    }
  };
  std::vector<std::future<void>> all;
  for (const auto* owner : {"one", "two", "three"})
    all.push_back(std::async(std::launch::async, contend, owner));
  for (auto& one : all)
    one.get();
  CHECK_FALSE(shared);
}

} // namespace

void check_leases(const store_place& place) {
  auto store = place.open();
  auto opened = store->open_leases();
  if (!opened) { // a store need not have them
    CHECK(opened.error().code == errc::invalid_argument);
    CHECK_FALSE(store->is_shared());
    return;
  }
  auto leases = std::move(*opened);
  SECTION("taking, renewing and giving back") { check_taking(*leases); }
  SECTION("running out") { check_running_out(*leases); }
  SECTION("writing under a lease") { check_fences(*store, *leases); }
  SECTION("of several that ask at once one at a time has it") { check_racing(place); }
  SECTION("all are listed whose names begin alike, in order") {
    for (const auto* name : {"projection/b", "node/ä", "node/a", "node", "projection/a"})
      REQUIRE(leases->acquire({name, "one", "", 1min}));
    std::vector<std::string> names;
    for (const auto& one : leases->list("node/").value())
      names.push_back(one.name);
    CHECK(names == std::vector<std::string>{"node/a", "node/ä"});
    CHECK(leases->list("").value().size() == 5);
    CHECK(leases->list("%").value().empty());
  }
  SECTION("those that ran out or were given back long ago are forgotten, with their tokens") {
    for (const auto* name : {"node/given back", "node/lives", "projection/given back"})
      REQUIRE(leases->acquire({name, "one", "", 1min}));
    REQUIRE(leases->acquire({"node/ran out", "one", "", 1ms}));
    for (const auto* name : {"node/given back", "projection/given back"})
      REQUIRE(leases->release(name, 1));
    CHECK(leases->forget("node/", 10min).value() == 0);
    std::this_thread::sleep_for(2ms);
    CHECK(leases->forget("node/", 0ms).value() == 1);
    CHECK(leases->list("").value().size() == 1);
    CHECK(leases->acquire({"node/ran out", "two", "", 1min}).value().token == 1);
    CHECK(leases->acquire({"node/given back", "two", "", 1min}).value().token == 3);
    CHECK(leases->acquire({"projection/given back", "two", "", 1min}).value().token == 3);
  }
  SECTION("a claim that makes no sense is refused") {
    for (const auto& bad :
         {lease_claim{"", "one", "", 1s}, lease_claim{"a", "", "", 1s},
          lease_claim{"a", "one", "", 0s}, lease_claim{std::string(1201, 'a'), "one", "", 1s}})
      CHECK(leases->acquire(bad).error().code == errc::invalid_argument);
  }
  SECTION("the store says what time it is") {
    auto difference = leases->clock().value() - now();
    CHECK(std::chrono::abs(difference) < 1min);
  }
}

} // namespace annals::conformance
