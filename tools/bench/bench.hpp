#pragma once

#include <annals/messages/error.hpp>
#include <annals/tools/bench/figures.hpp>
#include <annals/tools/stop_signals.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace annals::tools::bench {

/// What is measured, and how.
struct settings {
  /// "memory", "sqlite".
  std::vector<std::string> stores{"memory", "sqlite"};
  /// Over how many aggregates commands are spread; each 1 or more.
  std::vector<std::uint64_t> aggregates{1, 1'000, 100'000};
  /// Commands in flight from actors and from threads; each 1 or more.
  std::vector<std::uint64_t> from_actors{1, 64, 4096};
  std::vector<std::uint64_t> from_threads{1, 64};
  /// Lengths of the streams that are loaded, and asked once they are loaded; each 1 or more.
  std::vector<std::uint64_t> stream_events{10, 1'000, 100'000};
  /// How many aggregates are kept live to see what they weigh.
  std::uint64_t live_aggregates = 100'000;
  /// How many aggregates are asked once, with no more than `live_aggregates` of them live.
  std::uint64_t touched = 1'000'000;
  /// The length of the stream that is loaded from a snapshot.
  std::uint64_t long_stream = 1'000'000;
  /// The length of the log that a read model is rebuilt from; 1 or more.
  std::uint64_t rebuild_events = 1'000'000;
  /// For how long a producer outruns the store.
  std::chrono::duration<double> overrun{30.0};
  /// The size of each event's payload as JSON, in bytes.
  std::uint64_t payload = 250;
  /// For how long each measurement goes on.
  std::chrono::duration<double> window{1.0};
  /// How many nodes one of which is killed, and their `cluster_settings::lease_time`.
  std::uint64_t nodes = 3;
  std::chrono::milliseconds lease_time{3000};
  /// The URL of a store in the PostgreSQL database to measure in; empty where there is none.
  std::string postgres{};
  /// How often all is measured: what is shown is the round in the middle.
  std::uint64_t rounds = 3;
};

/// What the parts of a run share.
struct bench_run {
  const settings& how;
  figure_book& book;
  const stop_signals& stop;
  /// An empty folder on the disk that is measured.
  std::filesystem::path folder;
  /// Told what is being measured.
  std::function<void(const std::string&)> say;

  bool stopping() const noexcept { return stop.requested() != 0; }
  /// The URL of a new store in a file of that name, or in memory.
  std::string new_store(const std::string& kind, const std::string& name) const;
};

// Each measures one round of one part, and adds to the book. Failures: those of the store, and
// `stopping` after a signal. Each blocks until it is done.

/// A bare file: write and fdatasync, in groups of 1, 64 and 1,000 events.
result<void> measure_file(const bench_run& run);
/// Bare CAF: a request and its response between two local actors, with the payload of a command.
result<void> measure_caf(const bench_run& run);
/// From asking to the receipt; and the store alone, with appends of the size that this led to.
result<void> measure_asking(const bench_run& run);

/// How long streams are told apart: commands to them, loading them, reading their log, projecting
/// it. All rounds at once, since the streams take long to make.
result<void> measure_lengths(const bench_run& run);

/// What `subject::mode` says of those that write to PostgreSQL.
inline constexpr auto as_store = "the store";
inline constexpr auto as_loop = "a bare libpq loop";
inline constexpr auto as_function = "write_message";
inline constexpr auto as_inserts = "pgbench";

inline subject postgres_subject(std::string who, std::uint64_t connections, std::uint64_t group) {
  return {.what = "postgres",
          .store = "postgresql",
          .in_flight = connections,
          .group = group,
          .mode = std::move(who)};
}

/// The PostgreSQL store alone on 1 and 8 connections, and beside it a bare libpq loop over the same
/// statements, a PL/pgSQL function that writes a message, and pgbench inserting the same rows. In a
/// schema of its own, which is gone at the end.
result<void> measure_postgres(const bench_run& run);

/// What `subject::mode` says of commands without what guards them, and of streams.
inline constexpr auto without_guards = "none of them";
inline constexpr auto with_snapshots = "snapshots";
inline constexpr auto without_snapshots = "no snapshot";
/// The length of the stream that a long one with snapshots is compared with.
inline constexpr std::uint64_t short_stream = 100;

/// Several nodes, each a process: commands to the accounts of the node that is asked and to those
/// of another one, beside bare CAF between two processes; and what a client notices when one of
/// them is killed. On an SQLite file that all of them open, on one that another node serves to
/// them, and on PostgreSQL where there is one. Makes processes, so that no thread of this one may
/// be doing anything else.
result<void> measure_nodes(const bench_run& run);

/// Commands with ids, snapshots and limits, and without them.
result<void> measure_guarded(const bench_run& run);

/// What `subject::mode` says of the two parts of a command's way into a read model.
inline constexpr auto to_the_receipt = "asked to receipt";
inline constexpr auto receipt_to_model = "receipt to read model";

/// How long after its receipt a command is seen in a read model, while the node has half of the
/// commands that it can carry out.
result<void> measure_lag(const bench_run& run);

/// What `subject::mode` says of what goes on beside a rebuild.
inline constexpr auto with_commands = "half of the most commands";
inline constexpr auto without_commands = "nothing beside";

/// A read model rebuilt from a long log beside the live one, by one and by two workers, and by two
/// while commands go on; in the last of the stores. Fails where a reader saw it go back, or where
/// the new model is not what a fold of the log gives.
result<void> measure_beside(const bench_run& run);

/// How long a long stream with snapshots and a short one take to load, and their first command.
result<void> measure_starting(const bench_run& run);

/// What so many live aggregates weigh above the empty node, in MiB.
result<double> measure_live_aggregates(const bench_run& run);

/// Many aggregates that were asked once, of which fewer may live: MiB above the empty node when as
/// many live as may, and when all have been asked.
struct touched {
  double full_mib = 0;
  double passed_mib = 0;
};

/// What a node weighs that is asked for more aggregates than may live.
result<touched> measure_touched_once(const bench_run& run);

/// What became of the commands of a producer that does not wait.
struct overrun {
  std::uint64_t accepted = 0;
  std::uint64_t overloaded = 0;
  std::uint64_t failed = 0;
  /// Resident memory after a tenth of the time, and what has come to it by the end.
  double early_mib = 0;
  double grown_mib = 0;
};
result<overrun> measure_overrun(const bench_run& run);

/// Measured once, not in rounds.
struct memory_figures {
  std::optional<double> live_mib;
  std::optional<touched> passed;
  std::optional<overrun> outrun;
};

} // namespace annals::tools::bench
