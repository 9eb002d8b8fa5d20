#include "tests/actors/poison_helpers.hpp"
#include "tests/actors/wallets.hpp"
#include "tests/comes_true.hpp"

#include "tests/printing.hpp"

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/process_runner.hpp>
#include <annals/actors/projector.hpp>
#include <annals/persistence/open_store.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <catch2/catch.hpp>

#include <mutex>

using namespace poison;
using namespace std::chrono_literals;

namespace {

// A journal that keeps what is to be saved or appended, and stores nothing.
struct kept_saves {
  std::mutex mutex;
  std::vector<annals::stored_model> models;
  std::vector<annals::append_request> appends;

  std::vector<annals::stored_model> saved() {
    std::lock_guard guard{mutex};
    return models;
  }
  std::vector<annals::append_request> appended() {
    std::lock_guard guard{mutex};
    return appends;
  }
};

annals::journal_actor spawn_keeper(caf::actor_system& system, std::shared_ptr<kept_saves> saves) {
  return system.spawn([saves]() -> annals::journal_actor::behavior_type {
    return {
        [saves](const annals::append& next, const annals::appender_actor& appender) {
          std::lock_guard guard{saves->mutex};
          saves->appends.push_back(next.request);
          caf::anon_send(appender, annals::append_done{annals::failure{
                                       annals::errc::lease_lost, "another node has the lease"}});
        },
        [saves](const annals::save_model& saved) {
          std::lock_guard guard{saves->mutex};
          saves->models.push_back(saved.model);
          return annals::finished{};
        },
        [](const annals::save_snapshot&) {},
        [](const annals::forget_outcomes&) {},
        [](annals::go_on) {},
        [](annals::finish) { return annals::finished{}; },
    };
  });
}

template <class Actor>
void finish_and_end(caf::actor_system& system, const Actor& running) {
  caf::scoped_actor self{system};
  self->request(running, caf::infinite, annals::finish{})
      .receive([](annals::finished) {}, [](const caf::error&) { FAIL(); });
  self->send_exit(running, caf::exit_reason::user_shutdown);
}

} // namespace

TEST_CASE("a projector stores under the lease that it took its model over with, and under no later "
          "one of the same node") {
  annals::registry known = annals::domain<counter, total>{};
  auto store = annals::open_store("memory:").value();
  fill(*store, 5, 1, 100, 99);
  caf::actor_system_config settings;
  settings.set("logger.verbosity", caf::atom("quiet"));
  caf::actor_system system{settings};
  auto saves = std::make_shared<kept_saves>();
  annals::projector_parts parts;
  parts.domain = &known;
  parts.model = std::make_shared<annals::live_model>(known.projections().front());
  parts.reader = store->open_reader().value();
  parts.journal = spawn_keeper(system, saves);
  parts.desk = std::make_shared<annals::projector_desk>();
  parts.poll_interval = 1h;
  parts.save_interval = 1h;
  parts.held_by = std::make_shared<annals::duty>("projection/poison.total");
  parts.held_by->begin({"projection/poison.total", 5});
  auto model = parts.model;
  auto duty = parts.held_by;
  auto projector = annals::spawn_projector(system, std::move(parts));
  REQUIRE(model->wait_for(5, 20s));
  // Another node had it, and this one has it again, before the projector has looked.
  const bool again = GENERATE(false, true);
  if (again) {
    duty->end();
    duty->begin({"projection/poison.total", 7});
  }
  finish_and_end(system, projector);
  REQUIRE(saves->saved().size() == 1);
  CHECK(saves->saved().front().fence.token == 5);
}

TEST_CASE("a process manager reacts, and stores its place, under the lease that its node has") {
  annals::registry known = annals::domain<wallets::wallet, wallets::transfer>{};
  auto store = annals::open_store("memory:").value();
  const bool reacts = GENERATE(false, true);
  annals::new_event event;
  event.id = event.correlation_id = annals::make_id();
  event.time = annals::now();
  event.type = reacts ? "wallets.transfer_asked" : "wallets.closed";
  event.payload = reacts ? R"({"to":"b","cents":1})" : "{}";
  REQUIRE(
      store->append(std::vector<annals::append_request>{{"wallets.wallet-a", 0, {event}}}).front());
  caf::actor_system_config settings;
  settings.set("logger.verbosity", caf::atom("quiet"));
  caf::actor_system system{settings};
  auto saves = std::make_shared<kept_saves>();
  annals::process_runner_parts parts;
  parts.domain = &known;
  parts.type = &known.processes().front();
  parts.board = std::make_shared<annals::process_board>(parts.type->name);
  parts.reader = store->open_reader().value();
  parts.journal = spawn_keeper(system, saves);
  parts.clock = annals::now;
  parts.save_interval = 1h;
  parts.fence = {annals::process_duty(parts.type->name), 5};
  auto board = parts.board;
  auto runner = annals::spawn_process_runner(system, std::move(parts));
  CHECK(annals::tests::comes_true(
      [&] { return reacts ? !saves->appended().empty() : board->read().position == 1; }));
  finish_and_end(system, runner);
  for (const auto& request : saves->appended())
    CHECK(request.extras.fence.token == 5);
  for (const auto& model : saves->saved())
    CHECK(model.fence.token == 5);
  CHECK(saves->appended().empty() != reacts);
  CHECK((reacts || !saves->saved().empty()));
}
