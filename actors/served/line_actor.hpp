#pragma once

#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/served/served_actors.hpp>
#include <annals/actors/served/served_line.hpp>
#include <annals/persistence/served/store_line.hpp>

#include <caf/actor_system.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace annals {

/// A question on its way, and whoever waits for its answer.
struct line_call {
  served::line_question question;
  std::chrono::steady_clock::time_point until{};
  /// Gets the answer; or nothing, where it was lost.
  std::promise<result<std::optional<std::string>>> done{};
  /// Whether only the run of the other side is asked for.
  bool wants_run = false;
  /// How much of the question was taken, and what there is of the answer.
  std::size_t sent = 0;
  std::string answer{};
  std::chrono::steady_clock::time_point sent_at{};
  bool is_done = false;
};
using line_call_ptr = std::shared_ptr<line_call>;

/// Whoever is told when the log over there has grown. Any thread.
class growth_ear {
public:
  void listen(growth_listener grown);
  /// Waits for a call that is under way.
  void stop();
  void hear(log_position position);

private:
  std::mutex mutex_;
  growth_listener grown_;
};

/// LINE: has the connection to a store that another node serves.
using line_actor = caf::typed_actor<
    // Asks, when there is a connection.
    caf::reacts_to<line_call_ptr>,
    // Wants to be told when the log has grown.
    caf::reacts_to<follow_atom>,
    // From the host over there.
    caf::reacts_to<grew_atom, std::uint64_t>,
    // From itself, now and then: connects, gives up.
    caf::reacts_to<go_on>,
    // Ends. Exit messages do nothing.
    caf::reacts_to<close_connections>>;

/// What a line needs.
struct line_parts {
  std::shared_ptr<address_book> addresses;
  bool writes = true;
  connection_limits connections{};
  /// How the store is named in messages.
  std::string shown;
  /// How long an answer may take before the connection is taken for broken.
  std::chrono::milliseconds longest_answer{10'000};
  std::shared_ptr<growth_ear> ear;
  /// No call waits past it.
  std::shared_ptr<const std::atomic<std::chrono::steady_clock::time_point>> give_up_at;
  /// Gets whether the store was reached, or refused for a reason that stays, the first time.
  std::shared_ptr<std::promise<result<void>>> opened;
  /// How long to try that.
  std::chrono::milliseconds open_for{3000};
};

/// Starts a line. It ends by `close_connections`, which cannot come from elsewhere: the other side
/// knows it, as the one who asks, and CAF hands over exit messages of whoever sends them.
line_actor spawn_line(caf::actor_system& system, line_parts parts);

} // namespace annals

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::line_call_ptr)
