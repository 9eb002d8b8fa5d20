#include "tests/messages/testing_domain.hpp"
#include "tests/printing.hpp"

#include <annals/messages/domain_list.hpp>
#include <annals/messages/reacted.hpp>

#include <catch2/catch.hpp>

namespace {

// The state of the same process manager in three releases.
struct before {
  static constexpr annals::process_manager_name name{"till.watch"};
  std::int64_t seen = 0;
};
BOOST_DESCRIBE_STRUCT(before, (), (seen))
annals::reaction react(before& self, const annals::recorded<till::paid_in>&) {
  ++self.seen;
  return {};
}

struct after {
  static constexpr annals::process_manager_name name{"till.watch", 2};
  std::int64_t seen = 0;
  std::string note = "none";
};
BOOST_DESCRIBE_STRUCT(after, (), (seen, note))
annals::reaction react(after&, const annals::recorded<till::paid_in>&) { return {}; }
annals::reaction react(after&, const annals::refused<till::pay_out>&) { return {}; }

struct note_it {
  static constexpr annals::process_manager_name from{"till.watch", 1};
  static after upcast(const boost::json::object& old) {
    return {old.at("seen").as_int64(), "was there before"};
  }
};

struct namesake {
  static constexpr annals::process_manager_name name{"till.till"};
};
BOOST_DESCRIBE_STRUCT(namesake, (), ())
annals::reaction react(namesake&, const annals::recorded<till::paid_in>&) { return {}; }

struct forged {
  static constexpr annals::event_name name{"annals.reacted"};
};
BOOST_DESCRIBE_STRUCT(forged, (), ())
struct forger {
  static constexpr annals::aggregate_name name{"till.forger"};
  using commands = annals::commands<>;
  using events = annals::events<forged>;
};
BOOST_DESCRIBE_STRUCT(forger, (), ())
forger evolve(forger self, const forged&) { return self; }

template <class State>
const State& state_of(const annals::process_instance& instance) {
  return *static_cast<const State*>(instance.state());
}

std::string refused(const annals::registry& domain) {
  auto checked = domain.check();
  return checked ? "" : checked.error().message;
}

} // namespace

TEST_CASE("a domain knows what its process managers react to") {
  const annals::registry domain = annals::domain<till::till, after>{};
  REQUIRE(domain.check());
  const auto* type = domain.find_process("till.watch");
  REQUIRE(type != nullptr);
  CHECK(type->reacts_to_event("till.paid_in"));
  CHECK_FALSE(type->reacts_to_event("till.paid_out"));
  CHECK(type->reacts_to_refusal("till.till", "pay_out"));
  CHECK_FALSE(type->reacts_to_refusal("till.till", "pay_in"));
  CHECK(domain.find_process("till.till") == nullptr);
}

TEST_CASE("a process manager has a name of its own, also beside aggregates") {
  CHECK_THAT(refused(annals::domain<till::till, before, after>{}), Catch::Contains("'till.watch'"));
  CHECK_THAT(refused(annals::domain<till::till, namesake>{}), Catch::Contains("'till.till'"));
}

TEST_CASE("the framework's event is known to every domain, and its name is taken") {
  const annals::registry domain = annals::domain<till::till>{};
  CHECK(domain.find_event("annals.reacted") != nullptr);
  for (const auto* event : domain.events())
    CHECK(event->name != "annals.reacted");
  CHECK_THAT(refused(annals::domain<forger>{}), Catch::Contains("'annals.reacted'"));
}

TEST_CASE(
    "the state of a process in an older form: defaults, or an upcaster; a newer one is refused") {
  const annals::registry plain = annals::domain<till::till, after>{};
  const auto& type = plain.processes().at(0);
  auto instance = type.make();
  REQUIRE(plain.restore(*instance, type, 1, R"({"seen":3})"));
  CHECK(state_of<after>(*instance).seen == 3);
  CHECK(state_of<after>(*instance).note == "none");
  CHECK(plain.restore(*instance, type, 2, R"({"seen":4})").error().code
        == annals::errc::undecodable);
  CHECK(plain.restore(*instance, type, 3, R"({"seen":4,"note":""})").error().code
        == annals::errc::undecodable);
  CHECK(state_of<after>(*instance).seen == 3);

  const annals::registry upcasting = annals::domain<till::till, after, note_it>{};
  REQUIRE(upcasting.check());
  REQUIRE(upcasting.restore(*instance, type, 1, R"({"seen":5})"));
  CHECK(state_of<after>(*instance).note == "was there before");
}

TEST_CASE("a reaction is stored as JSON that a person can read, and read back as it was") {
  annals::reacted event;
  event.input = annals::derive_id({}, "event");
  event.position = 7;
  event.state = {R"({"seen":3})"};
  event.commands = {
      {annals::derive_id({}, "c"), "till.till", "a", "pay_in", 1, {R"({"cents":1})"}}};
  event.timers = {{annals::derive_id({}, "t"), annals::timestamp{}, "reminder", 1, {"{}"}}};
  const auto json = annals::to_json(event).value();
  CHECK_THAT(json, Catch::Contains(R"("state":{"seen":3})"));
  annals::recorded_event stored;
  stored.type = "annals.reacted";
  stored.payload = json;
  CHECK(annals::decode_reacted(stored).value() == event);
  stored.type = "till.paid_in";
  CHECK(annals::decode_reacted(stored).error().code == annals::errc::undecodable);
}
