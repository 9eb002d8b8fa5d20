#pragma once

#include <annals/tools/bench/bench.hpp>
#include <annals/tools/bench/postgres_place.hpp>

#include <optional>

namespace annals::tools::bench {

/// Over how many streams each connection writes.
inline constexpr std::uint64_t streams_each = 1000;

// What the PostgreSQL store is measured beside, each on connections of its own to the same server.
// They throw `annals::error`.

/// The store's own statements, with arguments made beforehand, in nothing but libpq: groups of
/// `group` events over existing streams, pipelined. Makes arguments for `groups` groups a
/// connection, and ends with the window or with them. `first` is the first account that nobody
/// used.
figures bare_loop(const bench_run& run, const postgres_place& place, std::uint64_t connections,
                  std::uint64_t group, std::uint64_t groups, std::uint64_t first);

/// A PL/pgSQL function that takes an advisory lock, looks up the stream's version, compares it and
/// writes one message: one call a transaction.
figures write_message(const bench_run& run, const postgres_place& place, std::uint64_t connections);

/// pgbench with a script that inserts the same rows, one a transaction. Nothing where that program
/// is not there.
std::optional<figures> pgbench_inserts(const bench_run& run, const postgres_place& place,
                                       std::uint64_t connections);

} // namespace annals::tools::bench
