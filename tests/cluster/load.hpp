#pragma once

#include "examples/bank/domain.hpp"

#include <annals/actors/node.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace annals::tests::cluster {

/// A command that was asked, and its final answer.
struct asked_command {
  command envelope;
  std::chrono::steady_clock::time_point since{};
  std::chrono::milliseconds took{0};
  int attempts = 0;
  std::optional<reply> answer{};
};

/// Transfers between accounts, half of them as commands over two accounts, half by the process
/// manager, asked of one node without a pause. A command without a final answer is asked again
/// under its id.
class transfer_load {
public:
  static constexpr int accounts = 40;
  static constexpr std::int64_t funds = 100'000;

  transfer_load(node& at, std::uint32_t seed) : at_{at}, random_{seed} {}
  ~transfer_load() { stop(); }

  /// Opens the accounts and pays the funds in.
  void open_accounts();
  void start();
  /// Asks nothing new, and waits for all answers.
  void stop();

  const std::map<uuid, asked_command>& all() const noexcept { return all_; }

private:
  static constexpr std::size_t most_under_way = 64;

  void run();
  command next();
  void ask(const uuid& id);
  void on_answer(const uuid& id, reply answer);

  node& at_;
  std::mt19937 random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uuid, asked_command> all_;
  std::vector<uuid> to_ask_again_;
  std::size_t under_way_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace annals::tests::cluster
