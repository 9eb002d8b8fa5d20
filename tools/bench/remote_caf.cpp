#include <annals/tools/bench/nodes.hpp>

#include <annals/tools/bench/callers.hpp>
#include <annals/tools/bench/forked.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace annals::tools::bench {

namespace {

// The body of a command as JSON, which is what nodes send to each other.
using far_responder_actor = caf::typed_actor<caf::replies_to<std::string>::with<std::int64_t>>;

far_responder_actor::behavior_type far_responder() {
  return {[balance = std::int64_t{0}](const std::string& body) mutable {
    return balance += static_cast<std::int64_t>(body.size());
  }};
}

struct caf_between_processes : caf::actor_system_config {
  caf_between_processes() {
    load<caf::io::middleman>();
    set("scheduler.policy", caf::atom("sharing"));
    set("logger.verbosity", caf::atom("quiet"));
  }
};

void respond(const forked::teller& tell, const std::function<void()>& wait) {
  caf_between_processes settings;
  caf::actor_system system{settings};
  auto made = system.spawn(far_responder);
  auto port = system.middleman().publish(made, 0, "127.0.0.1");
  tell(port ? std::to_string(*port) : "0");
  wait();
}

} // namespace

result<figures> measure_remote_caf(const bench_run& run, std::uint64_t in_flight) {
  forked other{respond};
  auto port = static_cast<std::uint16_t>(std::stoul('0' + other.hear()));
  caf_between_processes settings;
  caf::actor_system system{settings};
  auto target = system.middleman().remote_actor<far_responder_actor>("127.0.0.1", port);
  if (!target)
    return failure{errc::internal, "two processes cannot connect on the loopback interface"};
  std::string body(run.how.payload, 'b');
  auto counts = spawn_requesters<std::int64_t>(
      system, *target, in_flight, [&](std::size_t) { return [body] { return body; }; });
  return counts->measure(
      run.stop, [] { return true; }, run.how.window);
}

} // namespace annals::tools::bench
