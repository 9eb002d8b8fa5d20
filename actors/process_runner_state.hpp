#pragma once

#include <annals/actors/live_processes.hpp>
#include <annals/actors/process_index.hpp>
#include <annals/actors/process_runner.hpp>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace annals {

/// The inside of a process runner. It works in rounds: a round reacts to refusals, to timers that
/// are due and to the next part of the log, and stores what comes of it; then the next may begin.
/// What a reaction brings is taken from the log, when the runner meets its own event there: so what
/// is to be done follows from the log alone, and nothing is sent that is not stored.
class process_runner_state {
public:
  static constexpr const char* name = "annals.process_runner";
  using pointer = process_runner_actor::stateful_pointer<process_runner_state>;

  void init(pointer self, process_runner_parts parts);

  void on_hint(log_position position);
  void on_go_on();
  void on_look_again();
  void on_append_done(const append_done& done);
  caf::result<finished> on_finish();

private:
  using clock = std::chrono::steady_clock;

  /// What the round under way reacts to, until it is stored.
  struct round {
    /// To the end of which the position goes.
    std::vector<recorded_event> events;
    std::vector<uuid> refusals;
    std::vector<uuid> timers;
    /// Processes that go on where they had stopped.
    std::vector<uuid> resumed;
    std::size_t appends = 0;
    std::optional<failure> failed;

    bool empty() const {
      return events.empty() && refusals.empty() && timers.empty() && resumed.empty();
    }
  };

  // -- rounds (process_runner.cpp) -------------------------------------------------
  void restore();
  bool may_begin() const { return restored_ && !stopped_ && !finishing_ && !reacting_; }
  void advance();
  void go_on_soon();
  bool gather();
  void gather_log();
  result<void> take_in(const recorded_event& event);
  void run_round();
  void end_round();
  void retry_round(const failure& why);

  // -- reactions (process_reactions.cpp) ------------------------------------------
  void react_to_all();
  // Whether the round goes on.
  bool going() const { return !poison_ && !round_.failed; }
  void react_to(const recorded_event& event);
  void react_to_timer(const uuid& timer);
  void react_to_refusal(const uuid& command);
  void resume(const uuid& process);
  void settle(const uuid& process, const live_processes::answer& answer);
  void park(const uuid& command);
  void stop_process(const uuid& process, const failure& why);
  void stop(const failure& why);

  // -- sending (process_sending.cpp) -----------------------------------------------
  void send_waiting();
  void send(const uuid& command);
  void on_receipt(const uuid& command);
  void on_failure(const uuid& command, const failure& why);
  void resend_later(const uuid& command, const failure& why);
  void one_answered();
  void complain(const failure& why);

  // -- keeping (process_keeping.cpp) ----------------------------------------------
  void wake_for_timer();
  void save_when_due();
  void save(std::function<void()> then);
  void finish_if_idle();
  void publish();

  pointer self_ = nullptr;
  process_runner_parts parts_;
  std::optional<live_processes> live_;
  process_index index_;
  // The log has been reacted to, and what came of it is stored, up to here.
  log_position position_ = 0;
  // Whether the log has been read to its end once: before that it is not known what is open.
  bool caught_up_ = false;
  round round_;
  bool reacting_ = false;
  // Processes that stopped before the start and go on.
  std::vector<uuid> to_resume_;
  // Commands with an answer that is no yes.
  std::vector<uuid> refused_;
  std::uint32_t failures_ = 0;
  clock::time_point retry_at_{};
  std::optional<failure> poison_;
  bool stopped_ = false;
  // What was stored has been read, and may be replaced.
  bool restored_ = false;
  bool going_on_ = false;

  std::size_t under_way_ = 0;
  // How many may be: fewer after there was no room for one, more after each that was carried out.
  std::size_t window_ = 1;
  std::size_t parked_ = 0;
  // What keeps something from being done for now; and what the log has last heard of, and when.
  std::optional<failure> trouble_;
  std::optional<errc> complained_of_;
  clock::time_point complained_{};

  std::optional<timestamp> wakes_at_;
  clock::time_point save_due_{};
  // Whether commands were answered since the last save.
  bool changed_ = false;
  log_position saved_position_ = 0;
  bool finishing_ = false;
  std::unique_ptr<caf::typed_response_promise<finished>> finished_;
};

} // namespace annals
