#pragma once

#include <annals/messages/error.hpp>

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/middleware.hpp>
#include <annals/actors/target_settings.hpp>
#include <annals/messages/time.hpp>
#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace annals {

/// When a snapshot of an aggregate instance is taken; each rule by itself. A snapshot only makes
/// the next loading faster: taking none changes no answer.
struct snapshot_rules {
  /// After so many events since the last one; 0 means never by count.
  std::uint64_t every_events = 100;
  /// After so many bytes of payload since the last one; 0 means never by size.
  std::uint64_t every_bytes = 0;
  /// When loading the instance took longer than this; 0 means never by time.
  std::chrono::milliseconds after_loading{50};
  /// How many of the newest are kept for each instance; 1 or more.
  std::size_t keep = 1;

  /// Whether so much since the last snapshot is enough for the next, by count or by size.
  bool are_due(std::uint64_t new_events, std::uint64_t new_bytes) const noexcept {
    return (every_events != 0 && new_events >= every_events)
           || (every_bytes != 0 && new_bytes >= every_bytes);
  }
};

/// The settings of a node. Each has a default that is safe with data.
struct config {
  /// The store's URL: "memory:", "sqlite:FILE", a path, "postgresql://…" or "annals://HOST:PORT".
  std::string store = "memory:";
  /// How long a commit waits for another writer of the store; 0 or more.
  std::chrono::milliseconds lock_timeout{5000};
  /// The most events in one commit; 1 or more. A group is never larger than what waits.
  std::size_t largest_group = 4096;
  /// How many ids of its newest commands a live aggregate remembers, to recognise a repeat; 1 or
  /// more. Costs 64 bytes each, only for commands that the instance has had.
  std::size_t remembered_commands = 100'000;
  /// How long the id of a command is remembered, counted from its events; a repeat that comes later
  /// may be a new command. 1 s or more. Costs what stays of rejections in the store for as long.
  std::chrono::seconds command_window = std::chrono::hours{24};
  /// How often a command is decided again after another writer was first; 0 or more.
  std::uint32_t most_attempts = 10;
  /// When and how snapshots are taken.
  snapshot_rules snapshots{};
  /// The most aggregates that live in memory at a time; past it the least recently used leave. 1 or
  /// more. One that has a command under way stays.
  std::size_t live_aggregates = 100'000;
  /// An aggregate without a command for this long leaves memory; 0 means never.
  std::chrono::milliseconds passivate_after = std::chrono::minutes{10};
  /// The most commands that wait for one aggregate instance; past it, callers get `overloaded`.
  std::size_t largest_queue = 10'000;
  /// The most commands under way in the node, before dispatcher, aggregates and journal together;
  /// past it, callers get `overloaded`.
  std::size_t commands_under_way = 100'000;
  /// The largest body of a command, metadata and payload of an event, in bytes each; past it the
  /// command gets `too_large`. The same on all nodes, which close a connection on a message longer
  /// than twice this and 256 KiB.
  std::size_t largest_payload = 1U << 20;
  /// Runs around each command, the first is outermost.
  std::vector<middleware> around_commands{};
  /// What the node takes for the present time; any thread.
  std::function<timestamp()> clock = now;
  /// Opens the store in place of `store`, for one that the library does not know or that a test has
  /// wrapped.
  std::function<result<std::unique_ptr<event_store>>()> open_store{};
  /// How often projectors look for events that nobody told them of, such as those of another
  /// process on the same store; 1 ms or more.
  std::chrono::milliseconds poll_interval{200};
  /// The shortest time between two saves of a read model while it follows the log; 0 or more.
  /// A read model is saved at shutdown too; what a kill leaves unsaved is projected again.
  std::chrono::milliseconds save_interval{1000};
  /// How often a projection tries an event again that its `project` throws at, before it stops or
  /// parks the event; 0 or more. The first time after `poison_back_off`, then twice as long each.
  std::uint32_t poison_retries = 3;
  std::chrono::milliseconds poison_back_off{10};
  /// The most events that one projection parks; past it, it stops. 1 or more.
  std::size_t most_parked = 10'000;
  /// Threads that run aggregates and the application's own actors; 0 means as many as there are
  /// cores, but at least 2, less one for the journal's own thread where the store has one. Such a
  /// thread may wait for one commit where a command is the only one under way.
  std::size_t threads = 0;
  /// Projections into targets: tables of the application's own (`annals::sqlite_tables`,
  /// `annals::postgres_tables`), or anything else that is told position and batch. A node on which
  /// one has another number of parts than it was begun with does not start (`invalid_argument`).
  std::vector<target_settings> targets{};
  /// Projections into tables in the store's own database, in the transaction of each append, for
  /// models that must never lag (`annals::inline_tables`). Every program that writes to the store
  /// should have them: what one without them has written, the next append of one with them takes
  /// in.
  std::vector<inline_projection> inline_projections{};
  /// Whether projectors run in this node, those into targets among them.
  bool run_projections = true;
  /// Runs the application together with other nodes over the same store; none where it is alone.
  std::optional<cluster_settings> cluster{};
  /// Whether process managers run in this node.
  bool run_process_managers = true;
  /// How often a process manager reacts for one correlation id; past it that process is stopped,
  /// with an error that names both. 1 or more.
  std::uint64_t most_reactions = 10'000;
  /// The most processes of a process manager that stay in memory; 1 or more.
  std::size_t live_processes = 10'000;
  /// The most commands that a process manager has under way; past it, it reads the log no further
  /// until some are answered. 1 or more.
  std::size_t process_commands_under_way = 1000;

  /// Reads `--store URL` from a command line and leaves everything else alone. Gives
  /// `invalid_argument` naming what is wrong.
  static result<config> parse(int argc, const char* const* argv);

  /// As `parse`, for wiring in `main`; throws `annals::error`.
  static config from_args(int argc, const char* const* argv);
};

} // namespace annals
