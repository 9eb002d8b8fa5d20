#pragma once

#include <annals/actors/cluster/placement.hpp>
#include <annals/actors/config.hpp>
#include <annals/actors/live_query.hpp>
#include <annals/actors/process_board.hpp>
#include <annals/actors/subscription.hpp>
#include <annals/messages/command.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/joint_command.hpp>
#include <annals/messages/json.hpp>
#include <annals/messages/registry.hpp>
#include <annals/messages/stream_name.hpp>
#include <annals/persistence/event_store.hpp>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// How far a projection is.
struct projection_status {
  std::string name;
  /// The position up to which the model has taken in the log.
  log_position position = 0;
  /// The position of the log's last event; `end - position` is the lag.
  log_position end = 0;
  /// Why the projection has stopped, where it has.
  std::optional<failure> stopped;
  /// How many events it has set aside; `annals::control` lists them.
  std::uint64_t parked = 0;
  /// Whether a person has paused it.
  bool paused = false;
  /// Which node runs it; empty where this one is alone, or where another takes it over just now.
  std::string node{};
};

/// What `node::ask_and_see` gives.
struct seen_reply {
  reply answer;
  /// Why a projection has not seen the command's events in time. That undoes nothing: the receipt
  /// stands, and the read model follows.
  std::optional<failure> not_seen;
};

/// A node: an actor system with a journal, its aggregates and its projectors over one store. All
/// members may be called from any thread, except from the node's own actors where a comment says
/// that they block.
class node {
public:
  /// Opens the store and starts everything. Blocks while it does, for up to one and a half
  /// `lease_time` more where a node of that name was killed shortly before. Throws `annals::error`
  /// with the failures of `open_any_store` and `registry::check`; `invalid_argument` for a target
  /// or an inline projection that cannot be; and with `config::cluster` `lease_held` where another
  /// node has the name, and `invalid_argument` for settings out of range, a clock, a domain or
  /// parts of a target that do not fit the others', or a port at which it cannot listen. `start`
  /// gives them as values.
  node(registry domain, config settings);
  static result<std::unique_ptr<node>> start(registry domain, config settings);

  /// As `stop`.
  ~node();

  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Sends a command to the instance `id` of `Aggregate`. Never blocks; the future is ready when
  /// the events are durable, or with the rejection or failure. Commands of one thread to one
  /// instance are carried out in the order in which they were asked.
  template <aggregate Aggregate, described Command>
  std::future<reply> ask(std::string id, Command body, command_options options = {}) {
    return ask(command_for<Aggregate>(std::move(id), std::move(body), std::move(options)));
  }

  /// Sends a joint command to its participants: `node.ask(transfer{"acc-1", "acc-2", 30})`. As
  /// above; the receipt speaks of the stream of the home, the first of them, and of the events of
  /// all. Throws what `participants_of` throws.
  template <joint_command Command>
  std::future<reply> ask(Command body, command_options options = {}) {
    return ask(command_for(std::move(body), std::move(options)));
  }

  /// Sends a command that was made elsewhere, such as one in JSON.
  std::future<reply> ask(command envelope);

  /// As above; `done` is called once with the reply, on a thread of the node, and must neither
  /// block nor throw.
  void ask(command envelope, std::function<void(reply)> done);

  /// Calls `look` with the read model of `Projection` as it is now, on the calling thread, and
  /// returns what it returns. The projector waits meanwhile: be short, and copy out what is
  /// needed. Blocks for as long as the projector applies a batch (milliseconds), or puts the model
  /// back that an event has changed by half before it failed. Throws `annals::error`:
  /// `unknown_projection` where the node does not run it, `projection_stopped` where the model
  /// cannot be put back.
  template <projection Projection, class Look>
  decltype(auto) read(Look look) {
    auto held = hold_model(Projection::name.text());
    return look(*static_cast<const Projection*>(held.model));
  }

  /// As `read`, once the model has taken in the log up to `position` (a receipt's). Gives what
  /// `wait_for` gives.
  template <projection Projection, class Look>
  auto read_at(log_position position, Look look,
               std::chrono::milliseconds timeout = std::chrono::seconds{10})
      -> result<std::decay_t<std::invoke_result_t<Look, const Projection&>>> {
    if (auto there = wait_for<Projection>(position, timeout); !there)
      return there.error();
    return read<Projection>(std::move(look));
  }

  /// A live query: calls `answer` with what `select` makes of the read model as it is now, and
  /// again whenever that has changed (`operator==`), on a thread of its own. A slow `answer` misses
  /// what has changed again meanwhile, and gets the latest; nothing is kept for it. `select` runs
  /// while the projector waits: be short. One that throws ends the query. Throws `annals::error`
  /// (`unknown_projection`) where the node does not run the projection.
  template <projection Projection, class Select, class Answer>
  live_query watch(Select select, Answer answer) {
    using value = std::decay_t<std::invoke_result_t<Select, const Projection&>>;
    return live_query{model_of(Projection::name.text()),
                      [select, answer, last = std::optional<value>{}](
                          const void* model, const std::function<void()>& unlock) mutable {
                        value now = select(*static_cast<const Projection*>(model));
                        unlock();
                        if (last && *last == now)
                          return;
                        last = std::move(now);
                        answer(*last);
                      }};
  }

  /// As `ask`, and then blocks until each of `Projections` has seen the events, or `timeout` is
  /// over: `node.ask_and_see<account, balances>("acc-1", deposit{100})`.
  template <aggregate Aggregate, projection... Projections, described Command>
  seen_reply ask_and_see(std::string id, Command body,
                         std::chrono::milliseconds timeout = std::chrono::seconds{10},
                         command_options options = {}) {
    auto end = std::chrono::steady_clock::now() + timeout;
    auto answer = ask<Aggregate>(std::move(id), std::move(body), std::move(options)).get();
    seen_reply seen{std::move(answer), {}};
    if (!seen.answer)
      return seen;
    [[maybe_unused]] auto wait = [&](std::string_view name) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      auto there = wait_for(name, seen.answer->position, std::max(left, left.zero()));
      if (!there && !seen.not_seen)
        seen.not_seen = there.error();
    };
    (wait(Projections::name.text()), ...);
    return seen;
  }

  /// Blocks until `Projection` has taken in the log up to `position` (a receipt's), or `timeout`
  /// is over. Gives `timed_out`, `unknown_projection`, or why the projection has stopped
  /// (`stopping` when the node has). Of a target with several parts all must be there; for those
  /// that other nodes run it counts what these have stored, which is up to `save_interval` late.
  template <projection Projection>
  result<void> wait_for(log_position position,
                        std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    return wait_for(Projection::name.text(), position, timeout);
  }
  result<void> wait_for(std::string_view projection, log_position position,
                        std::chrono::milliseconds timeout);

  /// The state of an instance, loaded from its stream, from its newest snapshot on; `Aggregate{}`
  /// where the stream is empty. Blocks while it reads. Gives `invalid_id`, `unknown_aggregate`,
  /// `unknown_event_type`, `undecodable`, `domain_threw`, `stopping`, or what the store fails with.
  template <aggregate Aggregate>
  result<Aggregate> load(std::string_view id) {
    auto loaded = load_instance(Aggregate::name.text(), id);
    if (!loaded)
      return loaded.error();
    return *static_cast<const Aggregate*>((*loaded)->state());
  }

  /// Takes a snapshot of an instance now, as its stream is, whatever `config::snapshots` says;
  /// returns its version, 0 where the stream is empty and there is nothing to take one of. Gives
  /// what `load` gives, and what the store fails with. Blocks while it reads and writes.
  template <aggregate Aggregate>
  result<stream_version> snapshot(std::string_view id) {
    return snapshot(Aggregate::name.text(), id);
  }
  result<stream_version> snapshot(std::string_view aggregate, std::string_view id);

  /// The nodes that run this application together, this one among them, as it last saw them; none
  /// where it is alone (`config::cluster`). Never blocks.
  std::vector<member> nodes() const;

  /// The name of the node that has an instance now; empty where this one is alone or nobody has it.
  /// Never blocks.
  template <aggregate Aggregate>
  std::string owner_of(std::string_view id) const {
    return owner_of(stream_name(Aggregate::name.text(), id));
  }
  /// The same by the name of the stream (`stream_name`).
  std::string owner_of(const std::string& stream) const;

  /// Whether somebody has asked this node to leave the others, as `drain NODE` on the command line
  /// does: the program should then call `stop`. Never blocks.
  bool asked_to_leave() const noexcept;

  /// All projections in the order of the domain, then those into targets, part by part
  /// ("NAME@2of4"). What is said of a target that another node runs is what that one has stored, at
  /// most `save_interval` ago. Of a read model that another node runs only `node` and `end` count,
  /// unless this one keeps it too (`read_models_on_every_node`). Blocks while it asks the store.
  std::vector<projection_status> projections();

  /// Calls `called` with each event of the log that passes, on a thread of the subscription where
  /// it may block; what returns is acknowledged, what throws is called again. Consumers that
  /// subscribe under one name share its events, also those of several nodes. Blocks while it reads
  /// where the subscription was. Gives `invalid_argument` for settings out of range, other than
  /// those of the other consumers in this node, or another number of partitions than is stored;
  /// `invalid_id` for a name that is none; `lease_held` where a first one with several partitions
  /// has waited 5 s for the name's lease; why the subscription of that name has stopped;
  /// `stopping`; or what the store fails with.
  result<subscription> subscribe(const subscription_settings& settings,
                                 std::function<void(const recorded_event&)> called);
  /// The same, where `called` says when an event has been dealt with.
  result<subscription>
  subscribe(const subscription_settings& settings,
            std::function<void(const recorded_event&, acknowledgement)> called);
  /// Lets the durable subscription of that name begin anew the next time. Blocks until the store
  /// has it. Gives `invalid_argument` while it has consumers in this node, or another node hands it
  /// out.
  result<void> forget_subscription(const std::string& name);
  /// Those that have consumers in this node. Blocks while one of them begins or ends.
  std::vector<subscription_status> subscriptions() const;
  /// All process managers of the domain, in its order; none without `config::run_process_managers`.
  /// Of one that another node runs it is what was last known here: position 0 where it never ran
  /// here. Blocks while it asks the store.
  std::vector<process_status> processes();

  /// A reader of the node's store. Blocks while it opens; must be gone before the node is.
  result<std::unique_ptr<event_reader>> open_reader();

  /// What it was started with.
  const registry& domain() const noexcept;

  /// Takes no new commands (they get `stopping`; among nodes only once the others have taken over),
  /// finishes those it has, saves the read models and closes the store. Blocks until that is done;
  /// a second call does nothing.
  void stop();

  /// What the framework's own code needs of a node.
  class runtime;
  runtime& internals() noexcept { return *runtime_; }

private:
  // The read model with the lock that keeps it still.
  struct held_model {
    std::shared_ptr<void> lock;
    const void* model;
  };
  held_model hold_model(std::string_view projection);
  std::shared_ptr<const live_model> model_of(std::string_view projection) const;
  result<std::unique_ptr<aggregate_instance>> load_instance(std::string_view aggregate,
                                                            std::string_view id);

  std::unique_ptr<runtime> runtime_;
};

} // namespace annals
