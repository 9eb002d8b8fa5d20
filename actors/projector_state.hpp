#pragma once

#include <annals/actors/model_backup.hpp>
#include <annals/actors/projector.hpp>

#include <caf/stateful_actor.hpp>

namespace annals {

/// The inside of a projector: following the log and saving (projector.cpp), events that cannot be
/// taken in (projector_poison.cpp), and orders by hand (projector_orders.cpp).
class projector_state : public projector_orders {
public:
  static constexpr const char* name = "annals.projector";
  using pointer = projector_actor::stateful_pointer<projector_state>;

  void init(pointer self, projector_parts parts);
  void on_hint(log_position position);
  void on_go_on();
  void on_look_again();
  void on_try_again();
  void on_serve_desk() { parts_.desk->serve(*this); }
  caf::result<finished> on_finish();

  result<control_report> retry(std::optional<log_position> position) override;
  result<control_report> skip(log_position position) override;
  result<control_report> pause() override;
  result<control_report> resume() override;
  result<std::optional<log_position>> put_in_place(live_model& made,
                                                   std::span<const std::string> removed) override;

private:
  using clock = std::chrono::steady_clock;

  // An event that could not be taken in, while it is tried again.
  struct poisoned {
    recorded_event event;
    failure why;
    std::uint32_t attempts = 0;
  };

  live_model& model() { return *parts_.model; }
  const std::string& called() { return model().type().name; }

  void load();
  result<void> restore();
  void begin_anew(const stored_model& of_no_use, log_position end);
  bool may_begin_at_once() const;
  bool is_at_work();
  result<void> ready();
  void take_over();
  void mend();
  void catch_up();
  std::size_t project_batch();
  void complain(const failure& why);
  void stop(const failure& why);
  void save_when_due();
  template <class Then>
  void save(Then then);
  void save_now();

  void meet_poison(const std::vector<recorded_event>& events, const failure& why);
  bool put_back();
  void try_later();
  void settle_poison();

  void look_for_other_model();
  void adopt(const stored_model& stored);
  result<std::unique_ptr<live_model>> taken_on(const stored_model& stored);
  result<control_report> carry_out(result<struct ordered_model> ordered);
  result<control_report> store_paused(bool paused);
  void go_on_after_change();

  pointer self_ = nullptr;
  projector_parts parts_;
  std::unique_ptr<model_backup> backup_;
  log_position saved_position_ = 0;
  clock::time_point save_due_{};
  failure trouble_;
  // The lease under which the model was last taken over, and is stored: no later one, since another
  // node may have stored it between the two.
  std::optional<lease_fence> taken_under_;
  // Whether the model was stored for the next node.
  bool handed_over_ = false;
  std::optional<poisoned> poisoned_;
  // Whether the model is what is stored of it, and what has come since.
  bool loaded_ = false;
  // Whether an event has changed the model by half, and what it is put back from could not be read.
  bool put_back_later_ = false;
  bool going_on_ = false;
  bool finishing_ = false;
};

} // namespace annals
