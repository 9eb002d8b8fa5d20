#pragma once

#include "tests/actors/ledger.hpp"
#include "tests/actors/scripted_journal.hpp"
#include "tests/printing.hpp"

#include <annals/actors/ask_gate.hpp>
#include <annals/actors/dispatcher.hpp>

#include <caf/actor_system_config.hpp>

#include <future>

namespace annals::tests {

/// A dispatcher with aggregates over a journal and a reader that do as the test says.
struct stage {
  registry domain = ledger::domain{};
  caf::actor_system_config config;
  caf::actor_system system{config};
  scripted_journal journal{system};
  scripted_reader reader{system};
  dispatcher_actor dispatcher = spawn_dispatcher(system, domain, context());
  ask_gate gate{system, dispatcher};

  ~stage() {
    caf::anon_send_exit(dispatcher, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(journal.actor, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(reader.actor, caf::exit_reason::user_shutdown);
  }

  template <class Command>
  std::future<reply> ask(Command command, command_options options = {}) {
    auto promise = std::make_shared<std::promise<reply>>();
    gate.ask(command_for<ledger::account>("a", std::move(command), std::move(options)),
             [promise](reply answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }

private:
  std::shared_ptr<const aggregate_context> context() {
    auto shared = std::make_shared<aggregate_context>();
    shared->domain = &domain;
    shared->journal = journal.actor;
    shared->readers = {reader.actor};
    shared->most_attempts = 3;
    return shared;
  }
};

inline bool is_ready(const std::future<reply>& answer) {
  return answer.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
}

inline recorded_event stored(stream_version version, std::string payload) {
  recorded_event event;
  event.type = "ledger.deposited";
  event.stream = "ledger.account-a";
  event.version = event.position = version;
  event.payload = std::move(payload);
  event.causation_id = make_id();
  return event;
}

} // namespace annals::tests
