#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/callers.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <thread>

namespace annals::tools::bench {

namespace {

using responder_actor = caf::typed_actor<caf::replies_to<deposit>::with<std::int64_t>>;

responder_actor::behavior_type responder() {
  return {[balance = std::int64_t{0}](const deposit& command) mutable {
    return balance += command.cents;
  }};
}

// CAF as it comes, and as a node sets it up.
enum class scheduling { default_settings, as_a_node };

result<figures> measure_with(const bench_run& run, std::uint64_t in_flight, scheduling how) {
  caf::actor_system_config settings;
  if (how == scheduling::as_a_node) {
    settings.set("scheduler.policy", caf::atom("sharing"));
    settings.set("scheduler.max-threads",
                 std::size_t{std::max(2U, std::thread::hardware_concurrency())});
    settings.set("scheduler.max-throughput", std::size_t{100});
  }
  caf::actor_system system{settings};
  auto target = system.spawn(responder);
  auto example = deposit_of(run.how.payload);
  auto counts = spawn_requesters<std::int64_t>(
      system, target, in_flight, [&](std::size_t) { return [example] { return example; }; });
  return counts->measure(
      run.stop, [] { return true; }, run.how.window);
}

} // namespace

// The better of the two counts: what the framework adds is not to be hidden behind settings.
result<void> measure_caf(const bench_run& run) {
  for (auto in_flight : run.how.from_actors) {
    run.say("bare CAF, " + std::to_string(in_flight) + " in flight");
    auto plain = measure_with(run, in_flight, scheduling::default_settings);
    if (!plain)
      return plain.error();
    auto alike = measure_with(run, in_flight, scheduling::as_a_node);
    if (!alike)
      return alike.error();
    run.book.add({.what = "caf", .callers = "actors", .in_flight = in_flight},
                 plain->per_second > alike->per_second ? *plain : *alike);
  }
  return {};
}

} // namespace annals::tools::bench
