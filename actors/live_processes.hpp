#pragma once

#include <annals/messages/reacted.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/uuid/uuid_hash.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace annals {

/// The instances of one process manager that are in memory, and their reactions, which become
/// appends. An instance is loaded from its stream, by which it also knows what it has reacted to
/// before: to each event, timer and refusal once. Not thread-safe.
class live_processes {
public:
  struct parts {
    /// Must outlive the object.
    const registry* domain = nullptr;
    const process_type* type = nullptr;
    event_reader* reader = nullptr;
    std::function<timestamp()> clock = now;
    std::uint64_t most_reactions = 10'000;
    std::size_t largest_payload = 1U << 20;
    /// The most that stay in memory; 1 or more.
    std::size_t most_live = 10'000;
  };

  /// How a reaction failed.
  struct trouble {
    enum class kind : std::uint8_t {
      /// The store could not be read; try again.
      reading,
      /// The process, and only it, must not go on.
      process,
      /// The domain's code or the log is wrong.
      poison,
    };
    kind what = kind::poison;
    failure why;
  };
  using answer = boost::system::result<void, trouble>;

  explicit live_processes(parts from) : parts_{std::move(from)} {}

  // -- reactions: each adds to what `take_appends` gives, or does nothing where the instance has
  //    reacted to the same before, or is complete. Blocks while it loads an instance.

  /// To a stored event, as what it stands for in the domain.
  answer react(const uuid& process, const recorded_event& stored, const present_events& present);
  answer react(const uuid& process, const uuid& timer);
  answer react(const uuid& process, const stored_command& command, const failure& why);

  /// An append for each instance that has reacted since the last call.
  std::vector<append_request> take_appends();
  /// What became of all of them. Where they are not `stored`, the instances are forgotten.
  void settle_appends(bool stored);

  /// The log has a reaction of the process at `version`: an instance that does not know of it,
  /// since another node wrote it, is forgotten. Not between a reaction and `settle_appends`.
  void met(const uuid& process, stream_version version);

  /// The position up to which the instance has taken in the log, and the timers that are open.
  struct standing {
    log_position position = 0;
    std::vector<stored_timer> timers;
  };
  boost::system::result<standing, trouble> look_up(const uuid& process);

private:
  struct instance {
    uuid id{};
    std::unique_ptr<process_instance> process;
    std::string state;
    stream_version version = 0;
    log_position position = 0;
    bool completed = false;
    /// Sent, and no refusal reacted to.
    std::set<uuid> sent;
    std::map<uuid, stored_timer> timers;
    std::vector<new_event> news;
    /// Whether the state in memory is of no use.
    bool spoilt = false;
  };

  /// What is reacted to: what it is called, and when it was.
  struct input {
    reaction_cause cause = reaction_cause::event;
    uuid id{};
    timestamp time{};
    log_position position = 0;
    /// Of several that one stored event stands for.
    std::size_t number = 0;
  };

  std::string stream_of(const uuid& process) const;
  failure in_process(const uuid& process, const failure& why) const;
  boost::system::result<instance*, trouble> find(const uuid& process);
  result<void> load(instance& fresh) const;
  result<void> take_in(instance& loaded, const recorded_event& stored) const;
  answer check_limit(const instance& of) const;
  result<void> add(instance& to, const input& from, const reaction& made);
  result<reacted> describe_reaction(instance& of, const input& from, const reaction& made,
                                    const uuid& id) const;
  void forget(const uuid& process);
  answer spoil(instance& of, const failure& why);
  command_body body_of(const stored_timer& timer) const;

  parts parts_;
  // The most recently used first.
  std::list<instance> instances_;
  std::unordered_map<uuid, std::list<instance>::iterator, boost::hash<uuid>> by_id_;
  std::vector<instance*> touched_;
};

} // namespace annals
