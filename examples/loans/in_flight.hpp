#pragma once

#include <annals/messages/command.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace loans {

/// What has become of the rows that were sent.
struct tally {
  std::uint64_t accepted = 0;
  /// Rows whose commands had been carried out before, by a run that was stopped.
  std::uint64_t repeated = 0;
  std::uint64_t rejected = 0;
  /// Why, by line, for the first rejected rows of the file.
  std::map<std::uint64_t, std::string> rejections;
  /// The first row that failed otherwise, such as on a full disk.
  std::optional<std::pair<std::uint64_t, annals::failure>> failed;

  std::uint64_t acknowledged() const { return accepted + repeated; }
};

/// The commands that have been sent and not yet answered, at most so many. One thread sends; the
/// replies come on any.
class in_flight {
public:
  /// `most` is 1 or more.
  explicit in_flight(std::size_t most);

  /// Blocks until there is room for one more command, or `timeout` is over: then it gives false.
  bool wait_for_room(std::chrono::milliseconds timeout);

  /// Blocks until nothing is in flight, or `timeout` is over: then it gives false.
  bool wait_for_all(std::chrono::milliseconds timeout);

  /// A command is about to be sent.
  void sent();

  /// The reply to the command of a line. Any thread; does not block.
  void replied(std::uint64_t line, const annals::reply& reply);

  /// The lines that were acknowledged since the last call, in no order.
  std::vector<std::uint64_t> take_acknowledged();

  bool failed() const;
  loans::tally tally() const;

private:
  bool wait_until_at_most(std::size_t few, std::chrono::milliseconds timeout);
  void count(std::uint64_t line, const annals::reply& reply);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable fewer_;
  std::size_t now_ = 0;
  // The sender is woken up when no more than these are left.
  std::size_t wake_at_ = 0;
  loans::tally tally_;
  std::vector<std::uint64_t> acknowledged_;
};

} // namespace loans
