#include <annals/tools/bench/nodes.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/node_processes.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>

namespace annals::tools::bench {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr double commands_a_second = 400;

// Asks at a steady rate, whether or not what was asked before has its answer: whoever waits would
// ask nothing of those who do not answer.
class steady_load {
public:
  steady_load(node& at, const std::vector<account_list>& accounts, std::uint64_t payload)
      : at_{at}, accounts_{accounts}, body_{deposit_of(payload)} {}

  void ask_until(steady::time_point end, const bench_run& run) {
    const auto between = std::chrono::duration_cast<steady::duration>(
        std::chrono::duration<double>{1 / commands_a_second});
    for (auto next = steady::now(); next < end && !run.stopping(); next += between) {
      std::this_thread::sleep_until(next);
      auto of = turn_ % accounts_.size();
      ask(of, accounts_[of][turn_++ / accounts_.size() % accounts_[of].size()], next);
    }
  }

  /// All that were asked from now on are counted anew; what is under way is waited for.
  std::vector<std::vector<double>> take_microseconds() {
    std::unique_lock lock{mutex_};
    answered_.wait(lock, [this] { return under_way_ == 0; });
    return std::exchange(took_, std::vector<std::vector<double>>(accounts_.size()));
  }
  std::optional<failure> failed() {
    std::lock_guard guard{mutex_};
    return failed_;
  }

private:
  void ask(std::size_t of, const std::string& id, steady::time_point asked) {
    {
      std::lock_guard guard{mutex_};
      ++under_way_;
    }
    at_.ask(command_for<account>(id, body_), [this, of, asked](const reply& answer) {
      std::chrono::duration<double, std::micro> took = steady::now() - asked;
      std::lock_guard guard{mutex_};
      took_[of].push_back(took.count());
      if (!answer)
        failed_ = answer.error();
      if (--under_way_ == 0)
        answered_.notify_all();
    });
  }

  node& at_;
  const std::vector<account_list>& accounts_;
  const deposit body_;
  std::size_t turn_ = 0;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t under_way_ = 0;
  std::vector<std::vector<double>> took_ = std::vector<std::vector<double>>(accounts_.size());
  std::optional<failure> failed_;
};

figures figures_of(std::vector<double> took, std::chrono::duration<double> within) {
  std::ranges::sort(took);
  auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
  };
  figures measured;
  measured.per_second = static_cast<double>(took.size()) / within.count();
  if (!took.empty()) {
    measured.p50_us = at(0.5);
    measured.p99_us = at(0.99);
    measured.p999_us = at(0.999);
  }
  return measured;
}

template <class Range>
std::vector<double> together(const Range& lists) {
  std::vector<double> all;
  for (const auto& one : lists)
    all.insert(all.end(), one.begin(), one.end());
  return all;
}

} // namespace

result<void> measure_a_kill(const bench_run& run, const shared_place& place) {
  const auto& kind = place.kind;
  node_processes others{run, place.url, run.how.nodes};
  if (auto there = others.wait_for_all(); !there)
    return there;
  auto settings = node_settings(run, place.url, "client");
  settings.cluster->weight = 0;
  node client{domain<account>{}, settings};
  if (!wait_until_known(run, client, place.hosts + run.how.nodes + 1))
    return stopped();
  std::vector<account_list> accounts;
  for (std::uint64_t i = 0; i < run.how.nodes; ++i) {
    auto found = accounts_of(client, node_name(i));
    if (!found)
      return found.error();
    accounts.push_back(std::move(*found));
  }
  steady_load load{client, accounts, run.how.payload};
  run.say(kind + ", " + std::to_string(run.how.nodes) + " nodes, before one is killed");
  auto before = 3 * run.how.window;
  load.ask_until(steady::now() + std::chrono::duration_cast<steady::duration>(before), run);
  auto usual = load.take_microseconds();
  run.say(kind + ", " + std::to_string(run.how.nodes) + " nodes, after one is killed");
  others.kill(0);
  const auto after = std::chrono::duration<double>{run.how.lease_time + 1s};
  load.ask_until(steady::now() + std::chrono::duration_cast<steady::duration>(after), run);
  auto then = load.take_microseconds();
  if (auto why = load.failed())
    return *why;
  if (run.stopping())
    return stopped();
  run.book.add(nodes_subject(kind, before_kill), figures_of(together(usual), before));
  run.book.add(nodes_subject(kind, of_dead_node), figures_of(then.front(), after));
  run.book.add(nodes_subject(kind, of_others),
               figures_of(together(std::span{then}.subspan(1)), after));
  return {};
}

} // namespace annals::tools::bench
