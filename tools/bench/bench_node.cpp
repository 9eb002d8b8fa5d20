#include <annals/tools/bench/bench_node.hpp>

#include <annals/tools/bench/callers.hpp>

#include <annals/actors/leave_system.hpp>
#include <annals/actors/runtime.hpp>

#include <thread>

namespace annals::tools::bench {

namespace {

// Makes the next command of one caller.
class command_maker {
public:
  command_maker(std::shared_ptr<account_picker> picker, std::uint64_t payload, std::uint64_t seed,
                bool with_ids = false)
      : picker_{std::move(picker)}, example_{deposit_of(payload)}, with_ids_{with_ids},
        random_{0x9e37'79b9'7f4a'7c15ULL * (seed + 1)} {}

  command operator()() {
    command_options options;
    if (with_ids_)
      options.command_id = make_id();
    return command_for<account>(account_id(picker_->next(random_)), example_, options);
  }

private:
  std::shared_ptr<account_picker> picker_;
  deposit example_;
  bool with_ids_;
  std::uint64_t random_;
};

void ask_until_over(node& of, meter& to, std::size_t number, command_maker next) {
  while (!to.over()) {
    auto asked = meter::clock::now();
    auto answer = of.ask(next()).get();
    if (answer)
      to.answered(number, asked);
    else
      to.failed(answer.error());
  }
  to.left();
}

} // namespace

config config_for(const std::string& store_url) {
  config settings;
  settings.store = store_url;
  settings.run_projections = false;
  return settings;
}

bench_node::bench_node(const config& settings, std::uint64_t accounts, std::uint64_t sweeps)
    : bench_node{annals::domain<account>{}, settings, accounts, sweeps} {}

bench_node::bench_node(registry domain, const config& settings, std::uint64_t accounts,
                       std::uint64_t sweeps)
    : node_{std::move(domain), settings}, picker_{
                                              std::make_shared<account_picker>(accounts, sweeps)} {}

std::shared_ptr<meter> bench_node::start_actors(const bench_run& run, std::uint64_t in_flight) {
  auto& inside = node_.internals();
  auto counts = spawn_requesters<receipt>(
      inside.system(), inside.dispatcher(), in_flight, [&](std::size_t i) {
        return command_maker{picker_, run.how.payload, i, with_ids_};
      });
  leave_system();
  return counts;
}

result<figures> bench_node::watch(const bench_run& run, meter& counts,
                                  std::chrono::duration<double> window) {
  return counts.measure(
      run.stop, [&] { return picker_->swept(); }, window, &node_.internals().counts());
}

result<figures> bench_node::ask_from_actors(const bench_run& run, std::uint64_t in_flight) {
  auto counts = start_actors(run, in_flight);
  return watch(run, *counts, run.how.window);
}

result<figures> bench_node::ask_from_threads(const bench_run& run, std::uint64_t in_flight) {
  meter counts{in_flight};
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 0; i < in_flight; ++i)
    threads.emplace_back([&, i] {
      ask_until_over(node_, counts, i, command_maker{picker_, run.how.payload, i});
    });
  return watch(run, counts, run.how.window);
}

result<void> bench_node::warm_up(const bench_run& run) {
  auto counts = start_actors(run, 4096);
  auto warm = watch(run, *counts, std::chrono::milliseconds{1});
  return warm ? result<void>{} : warm.error();
}

} // namespace annals::tools::bench
