#include "tests/comes_true.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"
#include "tests/tools/bank_versions.hpp"

#include <annals/annals.hpp>
#include <annals/messages/reacted.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <map>
#include <mutex>

using annals::errc;
using annals::node;
using Catch::Contains;

namespace bank {

// What was paid in by one request.
struct passbook {
  static constexpr annals::process_manager_name name{"bank.passbook"};
  std::vector<std::int64_t> cents;
};
BOOST_DESCRIBE_STRUCT(passbook, (), (cents))

inline annals::reaction react(passbook& self, const annals::recorded<money_deposited>& event) {
  self.cents.push_back(event->cents);
  return {};
}

} // namespace bank

namespace {

struct refuses_old_deposits {
  static constexpr annals::event_name from{"bank.money_deposited", 1};
  static annals::upcasted upcast(const boost::json::object&) {
    throw std::runtime_error{"cannot be known"};
  }
};

// An end was two deposits, as this release sees it.
struct pays_out_at_the_end {
  static constexpr annals::event_name from{"bank.closed", 1};
  static annals::upcasted upcast(const boost::json::object&) { return paid(1).and_also(paid(2)); }
  static annals::upcasted paid(std::int64_t cents) {
    return annals::upcast_to(annals::event_name{"bank.money_deposited", 2}, {{"cents", cents}});
  }
};

// A store with what the first release wrote: two deposits of 3 and 4 euros, and an end between.
class old_store {
public:
  old_store() {
    auto store = annals::open_store(settings().store).value();
    annals::append_request request;
    request.stream = "bank.account-a";
    request.events = {event("bank.money_deposited", R"({"euros":3})"), event("bank.closed", "{}"),
                      event("bank.money_deposited", R"({"euros":4})")};
    auto outcomes = store->append({&request, 1});
    REQUIRE(outcomes.at(0));
  }

  // The correlation id of all of it.
  const annals::uuid& request() const { return request_; }

  annals::config settings() const {
    annals::config made;
    made.poll_interval = std::chrono::milliseconds{10};
    made.store = "sqlite:" + folder_.file("bank.db");
    return made;
  }

private:
  annals::new_event event(const char* type, const char* payload) const {
    annals::new_event made;
    made.id = annals::make_id();
    made.type = type;
    made.time = annals::now();
    made.causation_id = annals::make_id();
    made.correlation_id = request_;
    made.payload = payload;
    return made;
  }

  annals::uuid request_ = annals::make_id();

  annals::tests::temporary_folder folder_;
};

} // namespace

TEST_CASE("a live aggregate and a read model take in what an older release has stored") {
  old_store old;
  node bank{bank::domain{}, old.settings()};
  auto receipt = bank.ask<bank::account>("a", bank::deposit{5}).get().value();
  CHECK(receipt.version == 4);
  CHECK(bank.load<bank::account>("a").value().cents == 705);
  REQUIRE(bank.wait_for<bank::balances>(receipt.position));
  auto of = bank.read<bank::balances>([](const bank::balances& model) { return model.of; });
  CHECK(of == decltype(of){{"a through the branch", 700}, {"a through the app", 5}});
}

TEST_CASE("an upcaster that throws stops whoever needs the event, and nothing else") {
  old_store old;
  node bank{annals::domain<bank::account, bank::balances, refuses_old_deposits>{}, old.settings()};
  auto refused = bank.ask<bank::account>("a", bank::deposit{5}).get();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::domain_threw);
  CHECK_THAT(refused.error().message,
             Contains("bank.account-a") && Contains("position 1") && Contains("cannot be known"));
  CHECK(bank.ask<bank::account>("b", bank::deposit{5}).get());
  auto waited = bank.wait_for<bank::balances>(1);
  REQUIRE_FALSE(waited);
  CHECK(waited.error().code == errc::projection_stopped);
  CHECK_THAT(waited.error().message, Contains("refuses_old_deposits"));
}

TEST_CASE("a domain whose upcasters take the same does not start") {
  struct twin : bank::deposit_in_cents {};
  auto started =
      node::start(annals::domain<bank::account, bank::deposit_in_cents, twin>{}, annals::config{});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == errc::invalid_argument);
}

TEST_CASE("a subscription gets what an older release has stored in the form of today") {
  using domain =
      annals::domain<bank::account, bank::balances, bank::deposit_in_cents, pays_out_at_the_end>;
  old_store old;
  node bank{domain{}, old.settings()};
  std::mutex mutex;
  std::vector<std::string> came;
  auto following =
      bank.subscribe({.filter = {.types = {"bank.money_deposited"}}},
                     [&](const annals::recorded_event& event) {
                       std::lock_guard guard{mutex};
                       came.push_back(std::to_string(event.position) + ' ' + event.payload);
                     })
          .value();
  REQUIRE(annals::tests::comes_true([&] { return following.status().acknowledged == 3; }));
  std::lock_guard guard{mutex};
  CHECK(came
        == std::vector<std::string>{R"(1 {"cents":300})", R"(2 {"cents":1})", R"(2 {"cents":2})",
                                    R"(3 {"cents":400})"});
}

TEST_CASE(
    "an event that stands for two is acknowledged when both are, however often one was called "
    "with") {
  using domain =
      annals::domain<bank::account, bank::balances, bank::deposit_in_cents, pays_out_at_the_end>;
  old_store old;
  node bank{domain{}, old.settings()};
  annals::subscription_settings wants;
  wants.most_retries = 2;
  wants.retry_after = std::chrono::milliseconds{1};
  std::map<std::string, int> calls;
  std::promise<annals::acknowledgement> second;
  auto following =
      bank.subscribe(wants,
                     [&](const annals::recorded_event& event, const annals::acknowledgement& done) {
                       const bool both = event.position == 2;
                       const int called = ++calls[event.payload];
                       if (both && event.payload == R"({"cents":2})") {
                         if (called == 3)
                           return second.set_value(done);
                       } else {
                         done();
                       }
                       if (both && called < 3)
                         throw std::runtime_error{"not yet"};
                     })
          .value();
  auto last = second.get_future();
  REQUIRE(last.wait_for(std::chrono::seconds{20}) == std::future_status::ready);
  REQUIRE(annals::tests::comes_true([&] { return following.status().in_flight == 1; }));
  CHECK(following.status().acknowledged == 1);
  last.get()();
  CHECK(annals::tests::comes_true([&] { return following.status().acknowledged == 3; }));
}

TEST_CASE("a process manager reacts to what an older release has stored in the form of today, once "
          "to each event that came of one") {
  using domain =
      annals::domain<bank::account, bank::passbook, bank::deposit_in_cents, pays_out_at_the_end>;
  old_store old;
  for (int start = 0; start < 2; ++start) {
    node bank{domain{}, old.settings()};
    REQUIRE(annals::tests::comes_true([&] {
      auto status = bank.processes().at(0);
      return !status.stopped && status.position == status.end;
    }));
    auto stream = annals::stream_name("bank.passbook", annals::to_string(old.request()));
    auto all = bank.open_reader().value()->read_stream(stream).value();
    REQUIRE(all.size() == 4);
    auto last = annals::decode_reacted(all.back()).value();
    CHECK(last.state.text == R"({"cents":[300,1,2,400]})");
  }
}
