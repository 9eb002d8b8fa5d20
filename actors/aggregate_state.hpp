#pragma once

#include <annals/actors/aggregate.hpp>
#include <annals/actors/command_memory.hpp>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <vector>

namespace annals {

/// A command on its way through an aggregate, until its caller has an answer.
struct pending_command {
  /// What the answer will be when all events decided before it are durable.
  enum class kind : std::uint8_t {
    /// A receipt for its own events.
    with_events,
    /// Fixed: a rejection, a failure, or a receipt without events.
    fixed,
    /// The receipt of the command with the same id that is under way before it.
    repeat,
  };

  caf::typed_response_promise<receipt> caller;
  command envelope;
  reply answer{failure{}};
  kind what = kind::fixed;
  std::uint32_t attempts = 0;
};

/// The inside of an aggregate actor. At most one append is under way; what is decided meanwhile,
/// on the state as it will be, travels in the next one. An append that fails undoes everything
/// that was decided on top of it: the stream is loaded and those commands are decided again.
class aggregate_state {
public:
  static constexpr const char* name = "annals.aggregate";
  using pointer = aggregate_actor::stateful_pointer<aggregate_state>;

  aggregate_state() = default;
  aggregate_state(const aggregate_state&) = delete;
  aggregate_state& operator=(const aggregate_state&) = delete;
  /// Answers whoever still waits: a promise that is dropped would leave its caller waiting for
  /// ever.
  ~aggregate_state();

  void init(pointer self, const aggregate_type& type, const std::string& id,
            std::shared_ptr<const aggregate_context> context);

  void on_command(command envelope);
  void on_append_done(append_done done);
  void on_page(stream_page page);
  caf::result<finished> on_finish();

private:
  enum class mode : std::uint8_t {
    /// Nothing loaded; the next command loads.
    unloaded,
    /// Pages are on their way; commands wait.
    loading,
    /// Decides commands.
    live,
    /// The state is lost (the domain threw): commands wait for the appends under way, then load.
    settling,
  };

  // -- loading ----------------------------------------------------------------
  void load();
  void request_page();
  result<void> take_in(const std::vector<recorded_event>& events);
  void give_up_loading(const failure& why);
  void go_live();

  // -- deciding ---------------------------------------------------------------
  void decide(pending_command&& next);
  result<receipt> try_decide(const command& envelope);
  void add_events(const command& envelope, std::vector<decided_event> decided);
  void queue(pending_command&& next);
  void wait_for_append(pending_command&& next);
  void store_at_once(pending_command&& next);
  void send_append(append_request request);
  void advance();
  append_request take_request();

  // -- answering --------------------------------------------------------------
  void mark_durable(pending_command& done, const appended& where);
  // As soon as it is there: a load may begin before the answer is given, and forgets what was.
  void take_first_receipt(pending_command& repeat);
  void answer_all(std::vector<pending_command> done);
  void answer(pending_command& done);
  void command_answered() {
    if (context_->writer)
      context_->writer->command_answered();
  }
  void undo(const failure& why);
  void settle_if_idle();
  bool idle() const noexcept { return !appending_ && flight_.empty() && next_.empty(); }

  pointer self_ = nullptr;
  const aggregate_type* type_ = nullptr;
  std::string stream_;
  std::shared_ptr<const aggregate_context> context_;

  std::unique_ptr<aggregate_instance> instance_;
  // The version that the stream will have when everything decided is durable.
  stream_version version_ = 0;
  command_memory memory_;
  mode mode_ = mode::unloaded;
  bool appending_ = false;

  // Waits for the stream to be loaded.
  std::vector<pending_command> stash_;
  // In the append under way.
  std::vector<pending_command> flight_;
  // Decided since then, with their events.
  std::vector<pending_command> next_;
  std::vector<new_event> next_events_;

  std::unique_ptr<caf::typed_response_promise<finished>> finishing_;
};

} // namespace annals
