#include <annals/tools/bench/whole_run.hpp>

#include <annals/tools/bench/rebuilds.hpp>

namespace annals::tools::bench {

namespace {

result<void> measure_round(const bench_run& run, const wanted_parts& wanted, const own_log& own) {
  struct measurement {
    bool wanted;
    result<void> (*measure)(const bench_run&);
  };
  for (auto [is_wanted, measure] :
       {measurement{wanted.file, measure_file}, measurement{wanted.caf, measure_caf},
        measurement{wanted.ask, measure_asking}, measurement{wanted.guarded, measure_guarded},
        measurement{wanted.lag, measure_lag}, measurement{wanted.postgres, measure_postgres},
        measurement{wanted.nodes, measure_nodes}})
    if (is_wanted)
      if (auto measured = measure(run); !measured)
        return measured;
  if (own.reader != nullptr)
    return measure_log(run, "own store", own.domain, *own.reader);
  return {};
}

template <class Value>
result<void> keep(std::optional<Value>& in, result<Value> measured) {
  if (!measured)
    return measured.error();
  in = std::move(*measured);
  return {};
}

} // namespace

std::string bench_run::new_store(const std::string& kind, const std::string& name) const {
  if (kind == "memory")
    return "memory:";
  auto file = folder / (name + ".db");
  for (const auto* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(file.string() + ending);
  return "sqlite:" + file.string();
}

result<memory_figures> measure_all(const bench_run& run, const wanted_parts& wanted,
                                   const own_log& own) {
  memory_figures memory;
  if (wanted.live) // First: what earlier parts have freed would hide what these take.
    if (auto measured = keep(memory.live_mib, measure_live_aggregates(run)); !measured)
      return measured.error();
  if (wanted.bounds) {
    if (auto measured = keep(memory.passed, measure_touched_once(run)); !measured)
      return measured.error();
    if (auto measured = keep(memory.outrun, measure_overrun(run)); !measured)
      return measured.error();
  }
  for (std::uint64_t round = 0; round < run.how.rounds; ++round)
    if (auto measured = measure_round(run, wanted, own); !measured)
      return measured.error();
  if (wanted.starting)
    if (auto measured = measure_starting(run); !measured)
      return measured.error();
  if (wanted.beside)
    if (auto measured = measure_beside(run); !measured)
      return measured.error();
  if (wanted.lengths)
    if (auto measured = measure_lengths(run); !measured)
      return measured.error();
  return memory;
}

} // namespace annals::tools::bench
