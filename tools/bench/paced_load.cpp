#include <annals/tools/bench/paced_load.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/bench_node.hpp>

#include <algorithm>
#include <chrono>

namespace annals::tools::bench {

namespace {

result<double> most_of(const bench_run& run, bench_node& asked) {
  if (auto warm = asked.warm_up(run); !warm)
    return warm.error();
  auto most = asked.ask_from_actors(run, std::ranges::max(run.how.from_actors));
  return most ? result<double>{most->per_second} : most.error();
}

} // namespace

result<double> most_commands(const bench_run& run, const std::string& kind) {
  bench_node asked{run.new_store(kind, "most"), paced_accounts, 1};
  return most_of(run, asked);
}

result<double> most_commands_followed(const bench_run& run, const std::string& kind) {
  auto settings = config_for(run.new_store(kind, "followed"));
  settings.run_projections = true;
  bench_node asked{domain<account, balances>{}, settings, paced_accounts, 1};
  return most_of(run, asked);
}

paced_load::paced_load(node& to, std::uint64_t payload, double rate)
    : node_{to}, payload_{payload}, rate_{rate}, thread_{[this](const std::stop_token& end) {
        ask_until(end);
      }} {}

void paced_load::ask_until(const std::stop_token& end) {
  using clock = std::chrono::steady_clock;
  auto example = deposit_of(payload_);
  auto begin = clock::now();
  for (std::uint64_t asked = 0; !end.stop_requested();) {
    auto due = std::chrono::duration<double>(clock::now() - begin).count() * rate_;
    for (; static_cast<double>(asked) < due; ++asked)
      node_.ask(command_for<account>(account_id(asked % paced_accounts), example),
                [accepted = accepted_](const reply& answer) { *accepted += answer ? 1 : 0; });
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

} // namespace annals::tools::bench
