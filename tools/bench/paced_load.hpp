#pragma once

#include <annals/tools/bench/bench.hpp>

#include <annals/actors/node.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace annals::tools::bench {

/// Over how many accounts a paced load goes.
inline constexpr std::uint64_t paced_accounts = 1'000;

/// The most commands a second that a node on such a store reaches, without projections.
result<double> most_commands(const bench_run& run, const std::string& kind);
/// The same while a read model of what they do is kept beside them.
result<double> most_commands_followed(const bench_run& run, const std::string& kind);

/// Asks a node at a rate from a thread of its own, a few commands each millisecond, whether or not
/// earlier ones have their answer; ends with the object.
class paced_load {
public:
  /// `rate` in commands a second; 0 asks nothing.
  paced_load(node& to, std::uint64_t payload, double rate);

  /// How many commands were accepted so far. Any thread.
  std::uint64_t accepted() const noexcept { return accepted_->load(); }

private:
  void ask_until(const std::stop_token& end);

  node& node_;
  std::uint64_t payload_;
  double rate_;
  // Also the answers', which may come when this object is gone.
  std::shared_ptr<std::atomic<std::uint64_t>> accepted_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  std::jthread thread_; // last: it uses the others
};

} // namespace annals::tools::bench
