#include <annals/tools/commands/commands.hpp>

#include <annals/messages/text.hpp>
#include <annals/tools/bench/report.hpp>
#include <annals/tools/bench/whole_run.hpp>
#include <annals/tools/option_checks.hpp>
#include <annals/tools/replacing_file.hpp>
#include <annals/tools/scratch_folder.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

namespace annals::tools {

namespace {

const std::vector<std::string> all_parts{"file", "caf",      "ask",      "lengths", "guarded",
                                         "lag",  "beside",   "starting", "live",    "bounds",
                                         "own",  "postgres", "nodes"};

bool is_postgres(const std::string& url) {
  return url.starts_with("postgresql:") || url.starts_with("postgres:");
}

class bench_command : public subcommand {
public:
  bench_command()
      : subcommand{"bench",
                   "Measure this machine's disk, CAF, the stores and the framework side by "
                   "side, and print tables. With a store, also how fast this program's "
                   "projections are rebuilt from it; that store is only read."} {}

  bool needs_store() const override { return false; }

  void declare(CLI::App& line) override {
    line.add_option(
            "PART", parts_,
            "Only these: file (a bare file), caf (bare CAF), ask (commands, and the store "
            "alone), lengths (short and long streams, replay), guarded (commands with and "
            "without ids, snapshots and limits), lag (from the receipt to the read model), "
            "starting (a long stream with snapshots), beside (a read model rebuilt beside the live "
            "one), "
            "live (memory of live aggregates), bounds (memory of many aggregates and of a "
            "producer that outruns the store), own (this program's projections on the store), "
            "nodes (several of them, each a process: forwarded commands, and a kill), "
            "postgres (with a store there: the PostgreSQL store beside bare libpq, a function "
            "and pgbench, in a new schema of that database).")
        ->check(CLI::IsMember(all_parts));
    line.add_option("--seconds", seconds_, "How long each measurement goes on (1).")
        ->check(CLI::Range(0.001, 3600.0));
    auto count = [&](const char* name, std::uint64_t& value, const char* what) {
      line.add_option(name, value, what)->check(check_from_one);
    };
    auto counts = [&](const char* name, std::vector<std::uint64_t>& values, const char* what) {
      line.add_option(name, values, what)
          ->check(check_from_one)
          ->delimiter(',')
          ->allow_extra_args(false);
    };
    count("--rounds", how_.rounds, "How often all is measured; the middle is shown (3).");
    count("--payload", how_.payload, "Bytes of an event's JSON (250).");
    count("--live-aggregates", how_.live_aggregates, "How many are kept live (100000).");
    count("--touched", how_.touched, "How many aggregates are asked once (1000000).");
    count("--long-stream", how_.long_stream, "Events of the stream with snapshots (1000000).");
    count("--rebuild-events", how_.rebuild_events,
          "Events of the log that a read model is rebuilt from (1000000).");
    count("--nodes", how_.nodes, "Of how many nodes one is killed (3).");
    line.add_option("--lease-time", lease_time_ms_, "Their lease time in milliseconds (3000).")
        ->check(CLI::Range(100, 3'600'000));
    line.add_option("--overrun-seconds", overrun_seconds_, "How long a producer outruns (30).")
        ->check(CLI::Range(0.001, 36000.0));
    counts("--aggregates", how_.aggregates, "Over how many aggregates (1,1000,100000).");
    counts("--from-actors", how_.from_actors, "Commands in flight from actors (1,64,4096).");
    counts("--from-threads", how_.from_threads, "Commands in flight from threads (1,64).");
    counts("--stream-events", how_.stream_events, "Lengths of streams (10,1000,100000).");
    line.add_option("--stores", how_.stores, "Which stores (memory,sqlite).")
        ->check(CLI::IsMember({"memory", "sqlite"}))
        ->delimiter(',')
        ->allow_extra_args(false);
    line.add_option("--folder", folder_,
                    "Where to put files, on the disk to be measured (this folder). They are gone "
                    "at the end.");
    line.add_option("--save", save_to_, "Write the figures as JSON to this file as well.");
  }

  outcome<exit_code> run(context& ctx) override {
    opened_store own;
    how_.postgres = is_postgres(ctx.options.store) ? ctx.options.store : "";
    if (!parts_.empty() && wants("postgres") && how_.postgres.empty())
      return tool_failure::usage("the part postgres needs a database to measure in: give --store "
                                 "postgresql://USER@HOST/DATABASE");
    if (!parts_.empty() && wants("own") && ctx.options.store.empty())
      return tool_failure::usage("the part own measures this program's projections on a store: "
                                 "give --store");
    if (wants("own") && !ctx.options.store.empty()) {
      auto opened = ctx.open(open_mode::read_only);
      // A database to measure in need not have a store of its own.
      if (!opened && (how_.postgres.empty() || !parts_.empty()))
        return opened.error();
      if (opened)
        own = std::move(*opened);
    }
    auto scratch = scratch_folder::make(folder_, "annals-bench-");
    if (!scratch)
      return scratch.error();
    return measure(ctx, (*scratch)->path(), own);
  }

private:
  bool wants(const std::string& part) const {
    return parts_.empty() || std::ranges::find(parts_, part) != parts_.end();
  }

  outcome<exit_code> measure(context& ctx, const std::filesystem::path& folder,
                             const opened_store& own) {
    how_.window = std::chrono::duration<double>{seconds_};
    how_.overrun = std::chrono::duration<double>{overrun_seconds_};
    how_.lease_time = std::chrono::milliseconds{lease_time_ms_};
    bench::figure_book book;
    bench::bench_run run{how_, book, ctx.stop, folder, [&](const std::string& what) {
                           if (!ctx.options.json)
                             std::cerr << "bench: " + what + '\n';
                         }};
    auto memory = bench::measure_all(run,
                                     {wants("file"), wants("caf"), wants("ask"), wants("lengths"),
                                      wants("live"), wants("guarded"), wants("lag"),
                                      wants("starting"), wants("beside"), wants("bounds"),
                                      wants("postgres") && !how_.postgres.empty(), wants("nodes")},
                                     {ctx.domain, own.reader.get()});
    if (ctx.stopping())
      return ctx.interrupted("the measurement was stopped; its files are removed");
    if (!memory)
      return tool_failure::opening(memory.error());
    return show(ctx, book, bench::targets_of(book, how_, *memory));
  }

  outcome<exit_code> show(context& ctx, const bench::figure_book& book,
                          const std::vector<bench::target>& targets) const {
    auto json = bench::as_json(book, targets, how_);
    auto text = ctx.options.json ? json : bench::as_tables(book, targets);
    if (auto printed = ctx.out.line(text); !printed)
      return printed.error();
    if (!save_to_.empty())
      if (auto saved = save(ctx, json); !saved)
        return saved.error();
    return exit_code::done;
  }

  outcome<> save(context& ctx, const std::string& json) const {
    auto file = replacing_file::create(save_to_);
    if (!file)
      return file.error();
    output into{file->file(), file->name(), ctx.stop};
    if (auto written = into.line(json); !written)
      return written;
    if (auto flushed = into.flush(); !flushed)
      return flushed;
    return file->commit();
  }

  std::vector<std::string> parts_;
  std::string folder_ = ".";
  std::string save_to_;
  double seconds_ = 1;
  double overrun_seconds_ = 30;
  int lease_time_ms_ = 3000;
  bench::settings how_;
};

} // namespace

std::unique_ptr<subcommand> make_bench() { return std::make_unique<bench_command>(); }

} // namespace annals::tools
