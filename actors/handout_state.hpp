#pragma once

#include <annals/actors/handout_actor.hpp>

#include <caf/response_promise.hpp>

#include <functional>
#include <map>
#include <optional>

namespace annals {

/// The inside of a hand-out.
class handout_state {
public:
  static constexpr const char* name = "annals.handout";
  using pointer = handout_actor::stateful_pointer<handout_state>;

  void init(pointer self, handout_parts parts);

  // -- following the log and giving (handout_actor.cpp) -------------------------------
  void on_hint();
  void on_go_on();
  void on_look_again();
  void on_join(consumer_joins joining);
  void on_leave(handout::consumer_id consumer);
  void on_acknowledge(const acknowledge& done);
  void stop(const failure& why);

  // -- partitions and their places (handout_places.cpp) -------------------------------
  void on_begin(part_begins beginning);
  caf::result<finished> on_end(const part_ends& ending);
  void on_late(const part_is_late& late);
  caf::result<finished> on_finish();

private:
  using promise = caf::typed_response_promise<finished>;

  /// A partition from `part_begins` to `part_ends`.
  struct turn {
    std::uint64_t number = 0;
    /// As it was last stored.
    stored_model place{};
    std::shared_ptr<std::atomic<bool>> withdrawn = std::make_shared<std::atomic<bool>>(false);
    std::size_t saves_under_way = 0;
    /// The lease has changed hands: its place is somebody else's to store.
    bool is_lost = false;
    bool is_settled = false;
    std::optional<promise> ending{};
  };

  bool may_read() const;
  void pump();
  void read();
  result<handout::events> present(const recorded_event& stored) const;
  void complain(const failure& why);
  void publish();

  // Null where another turn has come, or none is.
  turn* find(handout::part_id part, std::uint64_t number);
  void settle(handout::part_id part, turn& of);
  void settle_what_is_done();
  void end(handout::part_id part);
  void save_when_due();
  void save(handout::part_id part, turn& of, std::function<void()> then);
  void was_not_saved(handout::part_id part, std::uint64_t number, const failure& why);

  pointer self_ = nullptr;
  handout_parts parts_;
  std::optional<handout> handout_;
  std::map<handout::part_id, turn> turns_;
  std::uint64_t last_turn_ = 0;
  std::map<handout::consumer_id, consumer_actor> actors_;
  log_position acknowledged_ = 0;
  std::chrono::steady_clock::time_point save_due_{};
  failure trouble_;
  // The next event cannot be given.
  std::optional<failure> stops_with_;
  std::optional<failure> stopped_;
  bool more_ = true;
  bool going_on_ = false;
  bool finishing_ = false;
};

} // namespace annals
