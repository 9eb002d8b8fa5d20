#include "tests/actors/ledger.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

#include <caf/event_based_actor.hpp>

#include <catch2/catch.hpp>

#include <future>

using ledger::account;

namespace {

// What an application's own actor does: asks by message, and never blocks.
caf::behavior teller(caf::event_based_actor* self, const annals::dispatcher_actor& dispatcher,
                     std::shared_ptr<std::promise<std::string>> done) {
  self->request(dispatcher, caf::infinite, annals::command_for<account>("a", ledger::deposit{5}))
      .then([=](const annals::receipt& receipt) {
        auto much = annals::command_for<account>("a", ledger::withdraw{6});
        self->request(dispatcher, caf::infinite, std::move(much))
            .then([](const annals::receipt&) {},
                  [=](const caf::error& why) {
                    done->set_value(receipt.stream + ", then "
                                    + annals::to_string(annals::to_failure(why)));
                  });
      });
  return {[](int) {}};
}

} // namespace

TEST_CASE("an actor asks by typed messages and gets receipts, and rejections as errors") {
  annals::node bank{ledger::domain{}, {}};
  auto done = std::make_shared<std::promise<std::string>>();
  auto heard = done->get_future();
  bank.internals().system().spawn(teller, bank.internals().dispatcher(), done);
  CHECK(heard.get() == "ledger.account-a, then rejected: insufficient funds");
}
