#pragma once

#include "examples/bank/domain.hpp"

#include <annals/actors/node.hpp>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
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
  /// Why it was asked again, the last time.
  std::optional<failure> told{};
  std::optional<reply> answer{};
};

/// Transfers between accounts, half of them as commands over two accounts, half by the process
/// manager, asked of one node without a pause. A command is asked again under its id where the
/// caller was told to try later; every other answer is final.
class transfer_load {
public:
  static constexpr int accounts = 40;
  static constexpr std::int64_t funds = 100'000;
  static constexpr std::size_t most_under_way = 64;

  transfer_load(node& at, std::uint32_t seed) : at_{at}, random_{seed} {}
  ~transfer_load() { stop(std::chrono::seconds{0}); }
  transfer_load(const transfer_load&) = delete;
  transfer_load& operator=(const transfer_load&) = delete;

  /// Opens the accounts and pays the funds in.
  void open_accounts();
  void start();
  /// Asks nothing new, and waits for all answers, so long at most: what is without one then stays
  /// without.
  void stop(std::chrono::seconds patience = std::chrono::minutes{3});

  /// How many commands have a final answer.
  std::size_t answered() const;

  // After `stop`.

  const std::map<uuid, asked_command>& all() const noexcept { return books_->all; }
  /// How often commands were asked again, by what their caller was told.
  const std::map<errc, int>& asked_again() const noexcept { return books_->asked_again; }
  /// The longest time between two final answers.
  std::chrono::milliseconds longest_silence() const noexcept { return books_->longest_silence; }

private:
  using steady = std::chrono::steady_clock;

  // Kept by those who are still to bring an answer.
  struct books {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<uuid, asked_command> all;
    std::vector<uuid> to_ask_again;
    std::map<errc, int> asked_again;
    std::size_t under_way = 0;
    std::size_t answered = 0;
    steady::time_point last_answer{};
    std::chrono::milliseconds longest_silence{0};
    bool is_stopping = false;
    bool is_closed = false;
    steady::time_point end{};

    void take(const uuid& id, reply answer);
  };

  void run();
  std::vector<uuid> next_ones();
  command next();
  void ask(const uuid& id);

  node& at_;
  std::mt19937 random_;
  std::shared_ptr<books> books_ = std::make_shared<books>();
  std::thread thread_;
};

} // namespace annals::tests::cluster
