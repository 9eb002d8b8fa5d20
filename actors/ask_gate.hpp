#pragma once

#include <annals/actors/actors.hpp>

#include <caf/actor_companion.hpp>
#include <caf/actor_system.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace annals {

/// The way of ordinary threads to the dispatcher: an actor without a thread or a mailbox, whose
/// answers are handed on by whoever sends them. All members from any thread; none blocks.
class ask_gate {
public:
  using callback = std::function<void(reply)>;

  ask_gate(caf::actor_system& system, dispatcher_actor dispatcher);
  ~ask_gate();

  /// Sends the command; `done` is called once, on the thread that answers.
  void ask(command envelope, callback done);

  /// Answers everything that is still waiting, and whatever comes later, with `stopping`, and lets
  /// go of the actors. Blocks until the calls of `ask` that are under way have returned.
  void close();

private:
  // Callers of different threads seldom meet at the same lock.
  struct shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, callback> waiting;
    bool closed = false;
  };

  shard& shard_of(std::uint64_t number) { return shards_[number % shards_.size()]; }
  bool enter(std::uint64_t number, callback& done);
  callback take(std::uint64_t number);
  void on_answer(caf::mailbox_element& answer);

  dispatcher_actor dispatcher_;
  caf::strong_actor_ptr companion_;
  std::atomic<std::uint64_t> last_number_{0};
  // Calls of `ask` that may be using the actors.
  std::atomic<std::uint32_t> asking_{0};
  std::array<shard, 16> shards_;
};

} // namespace annals
