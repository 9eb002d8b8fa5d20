#pragma once

#include <annals/actors/served/store_host.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace annals {

/// Who answers what the journal does not.
struct store_clerks {
  std::vector<store_clerk_actor> readers;
  store_clerk_actor leases;
  store_clerk_actor writer;
  store_clerk_actor models;
};

/// The inside of a store host. Who asks does so over a channel, one question at a time, under
/// ascending numbers. A question may come again under its number, when the answer was lost: while
/// it is under way both get its answer, and the answer to the last one that wrote is kept.
class store_host_state {
public:
  static constexpr const char* name = "annals.store_host";
  using pointer = store_host_actor::stateful_pointer<store_host_state>;
  using answer_promise = caf::typed_response_promise<std::uint64_t, std::string>;
  using answer_piece = caf::result<std::uint64_t, std::string>;

  /// A piece of a question.
  struct piece {
    const std::string& channel;
    std::uint64_t number;
    std::uint64_t offset;
    bool is_last;
    const std::string& bytes;
  };

  void init(pointer self, store_host_parts parts, store_clerks clerks);

  answer_piece on_greet(bool writes) const;
  answer_piece on_piece(const piece& next);
  answer_piece on_more(const std::string& channel, std::uint64_t number, std::uint64_t offset);
  void on_append_done(append_outcome outcome);
  void on_follow(const caf::strong_actor_ptr& who, log_position told);
  void on_grew(log_position position);
  void on_look_again();
  caf::result<finished> on_finish();
  void let_all_go();

private:
  using clock = std::chrono::steady_clock;

  static constexpr std::size_t most_channels = 8192;

  enum class stage { taken, under_way, answered };

  /// The last question of a channel.
  struct channel {
    std::uint64_t number = 0;
    stage at = stage::taken;
    bool is_writing = false;
    /// What there is of the question, then of the answer.
    std::string bytes{};
    std::vector<answer_promise> callers{};
    clock::time_point touched{};

    bool has_written() const { return at == stage::answered && is_writing; }
  };
  using channel_map = std::map<std::string, channel>;

  /// An append question of which some outcomes have come.
  struct group {
    std::string channel;
    std::uint64_t number = 0;
    std::size_t size = 0;
    std::vector<append_outcome> outcomes{};
  };

  struct follower {
    follower_actor handle;
    /// What it has been told before.
    log_position told = 0;
  };

  /// Clerks of one kind and what waits for one of them.
  struct bureau {
    std::vector<store_clerk_actor> idle;
    std::deque<std::pair<std::string, std::uint64_t>> waiting{};
  };

  channel_map::iterator find_place(const piece& next);
  bool has_room(const piece& next);
  template <class Which>
  channel_map::iterator find_eldest(Which which);
  answer_piece take_answer_of(channel& of, bool is_last);
  void begin(channel_map::iterator of);
  void begin_appends(const std::string& id, channel& of);
  bureau& bureau_of(served::store_call what);
  void serve_next(bureau& from);
  void answer(const std::string& id, std::uint64_t number, std::string text);
  void forget(channel_map::iterator of);
  void clean_up();
  void finish_if_idle();

  pointer self_ = nullptr;
  store_host_parts parts_;
  std::string run_;
  channel_map channels_;
  // Of questions that wait, and of answers that wait.
  std::size_t bytes_asked_ = 0;
  std::size_t bytes_answered_ = 0;
  std::size_t under_way_ = 0;
  // In the order in which the journal was given them, which is that of its answers.
  std::deque<group> appends_;
  bureau readers_, leases_, writers_, models_;
  std::map<caf::actor_addr, follower> followers_;
  log_position position_ = 0;
  bool is_finishing_ = false;
  std::vector<caf::typed_response_promise<finished>> finished_;
};

} // namespace annals
