#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/paced_load.hpp>

#include <algorithm>
#include <vector>

namespace annals::tools::bench {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{30};

struct sampled {
  std::vector<std::uint32_t> to_receipt;
  std::vector<std::uint32_t> to_model;
};

std::uint32_t nanoseconds_between(steady::time_point from, steady::time_point to) {
  return static_cast<std::uint32_t>(
      std::min<std::int64_t>(std::chrono::nanoseconds{to - from}.count(), UINT32_MAX));
}

// One command after the other, beside the load: when its receipt came, and how much later the read
// model had it.
result<sampled> sample(const bench_run& run, node& from, std::chrono::duration<double> duration) {
  sampled found;
  auto example = deposit_of(run.how.payload);
  for (auto end = steady::now() + duration; steady::now() < end || found.to_model.empty();) {
    if (run.stopping())
      return stopped();
    auto asked = steady::now();
    auto answer = from.ask<account>("sampled", example).get();
    auto received = steady::now();
    if (!answer)
      return answer.error();
    if (auto seen = from.wait_for<balances>(answer->position, patience); !seen)
      return seen.error();
    found.to_receipt.push_back(nanoseconds_between(asked, received));
    found.to_model.push_back(nanoseconds_between(received, steady::now()));
  }
  return found;
}

result<void> measure(const bench_run& run, const std::string& kind) {
  run.say(kind + ", from the receipt to the read model at half of the most commands");
  auto most = most_commands_followed(run, kind);
  if (!most)
    return most.error();
  auto settings = config_for(run.new_store(kind, "lag"));
  settings.run_projections = true;
  node following{domain<account, balances>{}, settings};
  auto duration = run.how.window * 5;
  auto begin = steady::now();
  paced_load load{following, run.how.payload, *most / 2};
  auto found = sample(run, following, duration);
  if (!found)
    return found.error();
  figures measured;
  auto passed = std::chrono::duration<double>(steady::now() - begin).count();
  measured.per_second = static_cast<double>(load.accepted() + found->to_receipt.size()) / passed;
  for (auto* part : {&found->to_receipt, &found->to_model}) {
    set_percentiles(measured, *part);
    auto mode = part == &found->to_receipt ? to_the_receipt : receipt_to_model;
    run.book.add({.what = "lag", .store = kind, .aggregates = paced_accounts, .mode = mode},
                 measured);
  }
  return {};
}

} // namespace

result<void> measure_lag(const bench_run& run) {
  for (const auto& kind : run.how.stores)
    if (auto measured = measure(run, kind); !measured)
      return measured;
  return {};
}

} // namespace annals::tools::bench
