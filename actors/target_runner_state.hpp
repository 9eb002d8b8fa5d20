#pragma once

#include <annals/actors/target_notes.hpp>
#include <annals/actors/target_runner.hpp>

#include <caf/stateful_actor.hpp>

#include <optional>
#include <set>
#include <vector>

namespace annals {

/// The inside of a target runner: following the log (target_runner.cpp), the target itself and what
/// others may know of it (target_handing.cpp), and what it cannot take in, with orders by hand
/// (target_orders.cpp).
class target_runner_state : public projector_orders {
public:
  static constexpr const char* name = "annals.target_runner";
  using pointer = target_runner_actor::stateful_pointer<target_runner_state>;

  void init(pointer self, target_runner_parts parts);
  void on_hint(log_position position);
  void on_go_on();
  void on_look_again();
  void on_serve_desk() { parts_.desk->serve(*this); }
  finished on_finish();

  result<control_report> retry(std::optional<log_position> position) override;
  result<control_report> skip(log_position position) override;
  result<control_report> pause() override;
  result<control_report> resume() override;
  result<std::optional<log_position>> put_in_place(live_model& made,
                                                   std::span<const std::string> removed) override;

private:
  using clock = std::chrono::steady_clock;

  // The next events of the log, as far as they go in one batch.
  struct portion {
    log_position to = 0;
    std::vector<recorded_event> events;
  };

  void work();
  bool is_at_work();
  result<bool> step();
  result<portion> portion_of(const std::vector<recorded_event>& stored, log_position end);
  bool waits_for_others(std::size_t count);
  void went_well(log_position to);
  void settle(const failure& why);
  void try_later(const failure& why);
  void stop(const failure& why);
  void go_on_soon();

  // -- the target, and how far it is (target_handing.cpp) ------------------------------
  result<void> prepare();
  result<void> open();
  result<void> find_position();
  result<void> hand_over(log_position to, std::span<const recorded_event> events, bool again);
  bool is_worth_a_batch(const portion& next) const;
  bool has_own_notes();
  void publish();
  void publish_now_and_then();

  // -- what cannot be taken in (target_orders.cpp) ----------------------------------
  result<bool> meet_poison(const std::vector<recorded_event>& stored, const failure& why);
  result<void> park(const recorded_event& event, failure why, std::uint32_t attempts);
  result<void> load_notes();
  result<void> store_notes();
  void look_for_orders();
  result<void> ready();
  result<control_report> attempt(const std::set<log_position>& chosen);
  result<void> attempt_one(const parked_event& event);
  result<control_report> skip_next(log_position position);
  void resume_work();
  bool parks_by_stream() const { return parts_.settings.on_poison == poison::park_stream; }

  pointer self_ = nullptr;
  target_runner_parts parts_;
  std::unique_ptr<projection_target> target_;
  // The target's own; nothing where it has to be asked.
  std::optional<log_position> position_;
  // How far the log was read: further than that where what came since is for other parts.
  log_position read_to_ = 0;
  // How far others know it to be.
  std::optional<log_position> published_;
  clock::time_point publishes_after_{};
  // Nothing where they have to be loaded.
  std::optional<target_notes> notes_;
  std::uint64_t generation_ = 0;
  // How much of the log is read at once: less while the event is looked for that a batch has failed
  // at.
  std::size_t limit_ = 0;
  std::optional<clock::time_point> first_seen_;
  clock::time_point not_before_{};
  std::uint32_t failures_ = 0;
  failure trouble_;
  std::optional<lease_fence> taken_under_;
  bool handed_over_ = false;
  bool going_on_ = false;
  bool finishing_ = false;
};

/// Whether what a target gives for a batch will come again for the same batch.
bool fails_for_good(errc code) noexcept;

} // namespace annals
