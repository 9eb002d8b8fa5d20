#include <annals/actors/store_writer.hpp>

#include "tests/actors/ledger.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/printing.hpp"

#include <annals/actors/ask_gate.hpp>
#include <annals/actors/direct_journal.hpp>
#include <annals/actors/dispatcher.hpp>
#include <annals/actors/event_bus.hpp>
#include <annals/actors/reader.hpp>
#include <annals/persistence/open_store.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <catch2/catch.hpp>

#include <future>

using annals::errc;
using annals::reply;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;

namespace {

// A dispatcher with aggregates over a store in memory, to which the test may write as well.
struct stage {
  annals::registry domain = ledger::domain{};
  std::unique_ptr<annals::event_store> store = annals::open_store("memory:").value();
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::shared_ptr<annals::growth_hint> hint = std::make_shared<annals::growth_hint>();
  annals::event_bus_actor bus = annals::spawn_event_bus(system, hint);
  std::shared_ptr<annals::traffic> commands =
      std::make_shared<annals::traffic>(annals::traffic::limits{});
  std::shared_ptr<annals::store_writer> writer =
      std::make_shared<annals::store_writer>(*store, bus, hint, commands);
  annals::journal_actor actor = annals::make_direct_journal(system, writer);
  annals::reader_actor reader = annals::spawn_reader(system, store->open_reader().value(), false);
  annals::dispatcher_actor dispatcher = annals::spawn_dispatcher(system, domain, context());
  annals::ask_gate gate{system, dispatcher};

  ~stage() {
    caf::anon_send_exit(dispatcher, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(bus, caf::exit_reason::user_shutdown);
  }

  template <class Command>
  reply ask(Command command, annals::command_options options = {}) {
    std::promise<reply> promise;
    gate.ask(annals::command_for<account>("a", std::move(command), std::move(options)),
             [&](reply answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }

  // As another writer of the same store, which the aggregate does not know of.
  void withdraw_behind_its_back(annals::stream_version version, std::string cents) {
    auto request = annals::tests::sample_request("ledger.account-a", version);
    request.events[0].type = "ledger.withdrawn";
    request.events[0].schema_version = 1;
    request.events[0].payload = R"({"cents":)" + std::move(cents) + "}";
    REQUIRE(writer->append_in_place(request)->has_value());
  }

private:
  std::shared_ptr<const annals::aggregate_context> context() {
    auto shared = std::make_shared<annals::aggregate_context>();
    shared->domain = &domain;
    shared->journal = actor;
    shared->writer = writer;
    shared->readers = {reader};
    return shared;
  }
};

} // namespace

TEST_CASE("in memory as well, who was not first loads the stream and decides again") {
  stage on;
  CHECK(on.ask(deposit{10}).value().version == 1);
  on.withdraw_behind_its_back(1, "4");
  auto last = on.ask(withdraw{6}).value();
  CHECK(last.version == 3);
  CHECK(last.position == 3);
  on.withdraw_behind_its_back(3, "-5");
  CHECK(on.ask(deposit{1}).value().version == 5);
  CHECK(on.ask(withdraw{6}).value().version == 6);
}

TEST_CASE("in memory as well, a command that is sent again gets its first receipt") {
  stage on;
  annals::command_options once;
  once.command_id = annals::make_id();
  auto first = on.ask(deposit{1}, once).value();
  CHECK(on.ask(deposit{1}).value().version == 2);
  auto again = on.ask(deposit{1}, once).value();
  CHECK(again.repeated);
  CHECK(again.version == first.version);
  CHECK(again.position == first.position);
}

TEST_CASE("a journal that has closed refuses appends, in place and by message") {
  stage on;
  CHECK(on.ask(deposit{1}).has_value());
  caf::scoped_actor self{on.system};
  self->request(on.actor, caf::infinite, annals::finish{})
      .receive([](annals::finished) {}, [](const caf::error&) { FAIL("not answered"); });
  CHECK(on.ask(deposit{1}).error().code == errc::stopping);
  CHECK(on.store->open_reader().value()->last_position().value() == 1);
}
