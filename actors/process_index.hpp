#pragma once

#include <annals/messages/reacted.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/mem_fun.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/uuid/uuid_hash.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace annals {

/// A command of a process manager whose answer is not known yet.
struct open_command {
  enum class state : std::uint8_t {
    /// To be sent, at once or from `not_before` on.
    waiting,
    /// Sent, without an answer.
    under_way,
    /// Answered with `why`, to which the process has not reacted yet.
    refused,
    /// Answered with `why`, to which the process cannot react.
    parked,
  };

  stored_command what;
  /// The correlation id of the process that sent it.
  uuid process{};
  state is = state::waiting;
  std::uint32_t attempts = 0;
  std::chrono::steady_clock::time_point not_before{};
  failure why{};

  const uuid& id() const noexcept { return what.id; }
};

/// A timer of a process manager that has not fired yet. Its message stays in the process's stream.
struct pending_timer {
  uuid id{};
  uuid process{};
  timestamp due{};
};
BOOST_DESCRIBE_STRUCT(pending_timer, (), (id, process, due))

/// What is still to be done for the processes of one process manager: commands without an answer,
/// timers, processes that have stopped. It follows from the log, which a stored one only makes
/// shorter to read: taking in the same event twice, or one that was taken in before it was stored,
/// changes nothing that matters. Not thread-safe; never blocks.
class process_index {
  template <class T, class... Indices>
  using table = boost::multi_index_container<T, boost::multi_index::indexed_by<Indices...>>;

public:
  struct by_id {};
  struct by_time {};
  struct by_process {};

  /// In the order in which they were decided.
  using command_table =
      table<open_command, boost::multi_index::sequenced<>,
            boost::multi_index::hashed_unique<
                boost::multi_index::tag<by_id>,
                boost::multi_index::const_mem_fun<open_command, const uuid&, &open_command::id>,
                boost::hash<uuid>>>;
  /// By time; those of one time in the order in which they were set.
  using timer_table = table<
      pending_timer,
      boost::multi_index::ordered_non_unique<
          boost::multi_index::tag<by_time>,
          boost::multi_index::member<pending_timer, timestamp, &pending_timer::due>>,
      boost::multi_index::hashed_unique<
          boost::multi_index::tag<by_id>,
          boost::multi_index::member<pending_timer, uuid, &pending_timer::id>, boost::hash<uuid>>,
      boost::multi_index::hashed_non_unique<
          boost::multi_index::tag<by_process>,
          boost::multi_index::member<pending_timer, uuid, &pending_timer::process>,
          boost::hash<uuid>>>;

  /// Takes in a reaction of the process: what it was to is done, what it brings is to be done.
  void take_in(const uuid& process, const reacted& event);

  const command_table& commands() const noexcept { return commands_; }
  /// Null where the command is not open.
  const open_command* find(const uuid& command) const;
  /// Calls `change(open_command&)`, which leaves id and process alone; does nothing where the
  /// command is not open.
  template <class Change>
  void change(const uuid& command, Change change) {
    auto& ids = commands_.get<by_id>();
    if (auto found = ids.find(command); found != ids.end())
      ids.modify(found, change);
  }
  /// The command has its answer; whether it was open.
  bool settle(const uuid& command);

  const timer_table& timers() const noexcept { return timers_; }
  void add_timer(const uuid& process, const stored_timer& timer);
  void drop_timer(const uuid& timer);
  void drop_timers_of(const uuid& process);

  /// Processes that have stopped and react to nothing until the next start.
  const std::set<uuid>& stopped() const noexcept { return stopped_; }
  void stop(const uuid& process);
  void resume(const uuid& process) { stopped_.erase(process); }

  /// To be stored, and back. Gives `undecodable`; the index is then as it was.
  result<std::string> to_json() const;
  result<void> from_json(std::string_view text);

private:
  command_table commands_;
  timer_table timers_;
  std::set<uuid> stopped_;
};

} // namespace annals
