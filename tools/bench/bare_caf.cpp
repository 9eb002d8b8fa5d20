#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/callers.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace annals::tools::bench {

namespace {

using responder_actor = caf::typed_actor<caf::replies_to<deposit>::with<std::int64_t>>;

responder_actor::behavior_type responder() {
  return {[balance = std::int64_t{0}](const deposit& command) mutable {
    return balance += command.cents;
  }};
}

} // namespace

result<void> measure_caf(const bench_run& run) {
  for (auto in_flight : run.how.from_actors) {
    run.say("bare CAF, " + std::to_string(in_flight) + " in flight");
    caf::actor_system_config settings;
    caf::actor_system system{settings};
    auto target = system.spawn(responder);
    auto example = deposit_of(run.how.payload);
    auto counts = spawn_requesters<std::int64_t>(
        system, target, in_flight, [&](std::size_t) { return [example] { return example; }; });
    auto measured = counts->measure(
        run.stop, [] { return true; }, run.how.window);
    if (!measured)
      return measured.error();
    run.book.add({.what = "caf", .callers = "actors", .in_flight = in_flight}, *measured);
  }
  return {};
}

} // namespace annals::tools::bench
