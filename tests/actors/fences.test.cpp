#include "tests/actors/poison_helpers.hpp"

#include "tests/printing.hpp"

#include <annals/actors/projector.hpp>
#include <annals/persistence/open_store.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <catch2/catch.hpp>

#include <mutex>

using namespace poison;
using namespace std::chrono_literals;

namespace {

// A journal that keeps what is to be saved, and stores nothing.
struct kept_saves {
  std::mutex mutex;
  std::vector<annals::stored_model> models;
};

annals::journal_actor spawn_keeper(caf::actor_system& system, std::shared_ptr<kept_saves> saves) {
  return system.spawn([saves]() -> annals::journal_actor::behavior_type {
    return {
        [](const annals::append&, const annals::appender_actor&) {},
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
  caf::scoped_actor self{system};
  self->request(projector, caf::infinite, annals::finish{})
      .receive([](annals::finished) {}, [](const caf::error&) { FAIL(); });
  self->send_exit(projector, caf::exit_reason::user_shutdown);
  std::lock_guard guard{saves->mutex};
  REQUIRE(saves->models.size() == 1);
  CHECK(saves->models.front().fence.token == 5);
}
