#pragma once

#include <annals/actors/aggregate.hpp>
#include <annals/actors/command_memory.hpp>
#include <annals/actors/participant_reading.hpp>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace annals {

/// A command on its way through an aggregate, until its caller has an answer.
struct pending_command {
  /// What the answer will be when all events decided before it are durable.
  enum class kind : std::uint8_t {
    /// A receipt for its own events.
    with_events,
    /// A rejection, a failure or a receipt without events, which is stored as an outcome.
    recorded,
    /// Fixed, and stored already or not at all.
    fixed,
    /// The receipt of the command with the same id that is under way before it.
    repeat,
  };

  caf::typed_response_promise<receipt> caller;
  command envelope;
  reply answer{failure{}};
  kind what = kind::fixed;
  std::uint32_t attempts = 0;
  /// Whether the id was made for this command here, so that nobody can have sent it before.
  bool fresh = false;
  /// `command_digest` of the body; 0 where the command is fresh and nobody will ask.
  std::uint64_t digest = 0;
  /// Decided before the domain is asked: middleware refused it, or the store a reservation.
  std::optional<failure> refusal{};
  /// How it was answered before, where the memory no longer has it.
  std::shared_ptr<command_memory::entry> known{};
  /// What its decision reserves.
  std::vector<reservation> reservations{};
  /// Its type where it is a joint command, otherwise null; its participants beside this instance,
  /// and how many of its events are in their streams.
  const joint_type* joint = nullptr;
  std::vector<participant> others{};
  std::uint32_t elsewhere = 0;
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
            std::shared_ptr<const aggregate_context> context,
            std::shared_ptr<instance_traffic> commands);

  void on_command(command envelope);
  void on_append_done(append_done done);
  void on_page(stream_page page);
  void on_stored_elsewhere(stored_elsewhere news);
  caf::result<finished> on_finish();

private:
  enum class mode : std::uint8_t {
    /// Nothing loaded; the next command loads.
    unloaded,
    /// Pages are on their way; commands wait.
    loading,
    /// Commands wait until those that came before the snapshot are known.
    recalling,
    /// Commands wait while the streams of the other participants of a joint command, which waits
    /// before them, are read.
    joining,
    /// Decides commands.
    live,
    /// The state is lost (the domain threw): commands wait for the appends under way, then load.
    settling,
  };

  // -- loading ----------------------------------------------------------------
  void load();
  // At the newest snapshot, or at the stream's beginning.
  void load_from(bool snapshot);
  void ask_reader(read_page wanted);
  void request_page(bool from_snapshot);
  void request_recall();
  recall_wish wish() const;
  void take_recalled(stream_page& page);
  // As what the command is remembered, or null. Valid until the next change.
  command_memory::entry* find_known(const pending_command& next);
  // Whether the snapshot could be used; the state is unchanged where not.
  bool take_snapshot(const stream_page& page);
  void ignore_snapshot(const failure& why);
  result<void> take_in(std::span<const recorded_event> events);
  bool has_to_recall() const;
  void give_up_loading(const failure& why);
  void give_up_recalling(const failure& why);
  void go_live();

  // -- deciding ---------------------------------------------------------------
  void prepare(pending_command& next);
  result<void> check_sizes(const command& envelope) const;
  result<command_body> present_body(const command_body& sent) const;
  bool needs_recall(const pending_command& next);
  void decide(pending_command&& next);
  bool answer_from_memory(pending_command& next);
  result<receipt> try_decide(pending_command& next);
  std::optional<failure> refuse(const pending_command& next) const;
  result<void> check_payloads(const std::vector<decided_event>& events,
                              const std::string& stream) const;
  void add_events(const pending_command& next, std::vector<decided_event> decided);
  void put_events(std::vector<new_event>& to, const pending_command& next,
                  std::vector<decided_event> decided) const;
  void record(const pending_command& next);

  // -- joint commands ---------------------------------------------------------
  void find_others(pending_command& next) const;
  bool concerns(const middleware& one, const pending_command& of) const;
  const joint_type* find_joint(const command_body& sent) const;
  void join(pending_command&& next);
  void read_others();
  void on_page_of_other(const stream_page& page);
  void give_up_joining(const failure& why);
  void decide_jointly();
  // Takes the first command out of those that wait; they go on after it.
  pending_command leave_joining();
  result<receipt> try_decide_jointly(pending_command& next);
  result<std::vector<decided>> ask_domain_jointly(const pending_command& next);
  // Before the caller has its receipt and can ask them anything.
  void tell_others(append_request& stored, const appended& where);

  // -- storing ----------------------------------------------------------------
  void queue(pending_command&& next);
  void wait_for_append(pending_command&& next);
  void store_at_once(pending_command&& next);
  void send_append(append_request request);
  void advance();
  append_request take_request();
  bool has_something_to_store() const { return !next_events_.empty() || next_extras_; }
  append_extras& next_extras();
  void prepare_snapshot(const append_request& request);
  // Null where the state cannot be written down.
  std::unique_ptr<stored_snapshot> take_snapshot_of_state() const;
  static appended own_place(std::span<const pending_command> stored, const appended& where);
  void send_snapshot(const appended& where);
  void snapshot_after_loading();

  // -- answering --------------------------------------------------------------
  void mark_durable(pending_command& done, const appended& where);
  // As soon as it is there: a load may begin before the answer is given, and forgets what was.
  void take_first_receipt(pending_command& repeat);
  void answer_all(std::vector<pending_command> done);
  void answer(pending_command& done);
  bool ask_others(pending_command& done);
  void command_answered() { context_->commands->leave(*commands_); }
  void run_after(const pending_command& done) const;
  void undo(const failure& why);
  void settle_if_idle();
  bool idle() const noexcept { return !appending_ && flight_.empty() && next_.empty(); }

  // Room for as many commands and events as come together often, made at once.
  static constexpr std::size_t few = 4;

  pointer self_ = nullptr;
  const aggregate_type* type_ = nullptr;
  std::string stream_;
  std::shared_ptr<const aggregate_context> context_;
  std::shared_ptr<instance_traffic> commands_;

  std::unique_ptr<aggregate_instance> instance_;
  // The version that the stream will have when everything decided is durable.
  stream_version version_ = 0;
  // Of the last event that is known to be stored.
  log_position position_ = 0;
  command_memory memory_;
  // Whether the memory has what came before the snapshot, and what led to no events.
  bool recalled_ = false;
  // The first version that was taken in as an event; those before are in the snapshot.
  stream_version first_loaded_ = 1;
  // Of the last page asked for; an answer to an older question comes too late.
  std::uint64_t question_ = 0;
  std::chrono::steady_clock::time_point load_began_{};
  // What has come since the last snapshot, and one that waits for its events to be stored.
  std::uint64_t events_since_snapshot_ = 0;
  std::uint64_t bytes_since_snapshot_ = 0;
  std::unique_ptr<stored_snapshot> snapshot_;
  mode mode_ = mode::unloaded;
  bool appending_ = false;

  // Waits for the stream to be loaded.
  std::vector<pending_command> stash_;
  // In the append under way.
  std::vector<pending_command> flight_;
  // Decided since then, with their events.
  std::vector<pending_command> next_;
  std::vector<new_event> next_events_;
  // Null where there are none: most instances never have any.
  std::unique_ptr<append_extras> next_extras_;
  // What the joint command that waits is decided on.
  std::vector<participant_reading> others_;

  std::unique_ptr<caf::typed_response_promise<finished>> finishing_;
};

} // namespace annals
