#include <annals/tools/bench/targets.hpp>

#include <annals/tools/bench/nodes.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace annals::tools::bench {

namespace {

class target_list {
public:
  target_list(const figure_book& book, const settings& how) : book_{book}, how_{how} {}

  void of_asking(const std::string& store) {
    for (auto in_flight : how_.from_actors) {
      auto many = asked(store, in_flight);
      auto place = store + ", " + std::to_string(in_flight) + " in flight over "
                   + std::to_string(many.aggregates) + " aggregates: ";
      if (store == "memory" && in_flight > 1)
        compare(place + "share of bare CAF's requests", many,
                {.what = "caf", .callers = "actors", .in_flight = in_flight}, 0.25);
      if (store != "memory" && in_flight == 1)
        compare(place + "share of one event a sync to a bare file", many,
                {.what = "file", .group = 1}, 0.8);
      if (store != "memory" && in_flight == busiest()) {
        auto alone = many;
        alone.what = "store";
        compare(place + "share of the store alone", many, alone, 0.5);
        if (book_.has(many))
          targets_.push_back({place + "commands a second", book_.middle(many).per_second, 70'000});
      }
    }
    auto one = asked(store, busiest());
    auto many = one;
    one.aggregates = 1;
    if (many.aggregates > 1)
      compare(store + ", " + std::to_string(busiest()) + " in flight: one aggregate, share of "
                  + std::to_string(many.aggregates),
              one, many, 1.0 / 3);
  }

  void of_lengths(const std::string& store) {
    auto shortest = std::ranges::min(how_.stream_events);
    for (const auto& found : book_.subjects()) {
      if (found.what != "ask" || found.store != store || found.stream_events <= shortest)
        continue;
      auto brief = found;
      brief.stream_events = shortest;
      compare(store + ", commands to streams of " + std::to_string(found.stream_events)
                  + " events, share of those to streams of " + std::to_string(shortest),
              found, brief, 0.9);
    }
  }

  void of_rebuilds() {
    for (const auto& found : book_.subjects()) {
      if (found.what == "log")
        targets_.push_back({found.store + ": events read and decoded a second",
                            book_.middle(found).per_second, 500'000});
      if (found.what == "rebuild")
        compare(found.store + ", rebuilding " + found.projection
                    + ": share of reading and decoding the log",
                found, {.what = "log", .store = found.store}, 0.5);
    }
  }

  void of_postgres() {
    for (const auto& found : book_.subjects()) {
      if (found.what != "postgres" || found.mode != as_store)
        continue;
      auto place = "PostgreSQL, " + std::to_string(found.in_flight) + " connections, "
                   + std::to_string(found.group) + " events a commit: the store, ";
      compare(place + "share of a bare libpq loop", found,
              postgres_subject(as_loop, found.in_flight, found.group), 0.8);
      // Which stores one event a commit, whoever waits: the store puts together what waits.
      compare(place + "times write_message", found,
              postgres_subject(as_function, found.in_flight, 1), 1);
    }
  }

  void of_guards() {
    for (const auto& found : book_.subjects()) {
      if (found.what != "guarded" || found.mode == without_guards)
        continue;
      auto bare = found;
      bare.mode = without_guards;
      compare(found.store + ": commands with ids, snapshots and limits, share of those without",
              found, bare, 0.85);
    }
  }

  void of_lag() {
    for (const auto& found : book_.subjects())
      if (found.what == "lag" && found.mode == receipt_to_model)
        targets_.push_back({found.store
                                + ", from the receipt to the read model at half of the most "
                                  "commands: p99, us",
                            book_.middle(found).p99_us.value_or(0), 10'000, true});
  }

  void of_nodes(const std::string& store) {
    auto p50 = [&](const char* mode, const std::string& of) {
      auto what = nodes_subject(of, mode, 1);
      return book_.has(what) ? book_.middle(what).p50_us : std::nullopt;
    };
    auto bare = p50(bare_between_processes, "");
    for (auto [home_mode, another_mode, which] :
         {std::tuple{at_home, at_another, ""},
          std::tuple{again_at_home, again_at_another, ", both carried out before"}}) {
      auto home = p50(home_mode, store);
      auto forwarded = p50(another_mode, store);
      if (bare && home && forwarded)
        targets_.push_back({store + ": a forwarded command more than a local one" + which
                                + ", median, us (two round trips of bare CAF between processes)",
                            std::max(0.0, *forwarded - *home), 2 * *bare, true});
    }
    auto p99 = [&](const char* mode) {
      auto what = nodes_subject(store, mode);
      return book_.has(what) ? book_.middle(what).p99_us : std::nullopt;
    };
    if (auto dead = p99(of_dead_node))
      targets_.push_back({store + ", a node is killed: p99 of its accounts, us (lease time + 1 s)",
                          *dead, 1000.0 * static_cast<double>(how_.lease_time.count() + 1000),
                          true});
    auto usual = p99(before_kill);
    auto others = p99(of_others);
    if (usual && others)
      targets_.push_back({store + ", a node is killed: p99 of all other accounts, times the usual",
                          *others / *usual, 2, true});
  }

  void of_beside() {
    for (const auto& found : book_.subjects()) {
      if (found.what != "beside" || found.in_flight != 2 || found.mode != without_commands)
        continue;
      auto one = found;
      one.in_flight = 1;
      compare(found.store + ", rebuilding beside the live model: two workers, times one", found,
              one, 1.6);
    }
  }

  void of_starting() {
    for (const auto& found : book_.subjects()) {
      if (found.stream_events != how_.long_stream || found.mode != with_snapshots)
        continue;
      auto brief = found;
      brief.stream_events = short_stream;
      brief.mode = without_snapshots;
      if (auto ratio = book_.ratio(brief, found))
        targets_.push_back(
            {found.store + ", " + found.what + ": a stream of " + std::to_string(how_.long_stream)
                 + " events with snapshots, times that of one of " + std::to_string(short_stream),
             *ratio, 2, true});
    }
  }

  void of_memory(const memory_figures& memory) {
    auto live = std::to_string(how_.live_aggregates);
    auto most = 250.0 * static_cast<double>(how_.live_aggregates) / 100'000;
    if (memory.live_mib)
      targets_.push_back(
          {live + " live aggregates, MiB above the empty node", *memory.live_mib, most, true});
    if (memory.passed)
      targets_.push_back({std::to_string(how_.touched) + " aggregates asked once, at most " + live
                              + " live, MiB above the empty node ("
                              + std::to_string(std::lround(memory.passed->full_mib))
                              + " when so many lived first)",
                          memory.passed->passed_mib, memory.passed->full_mib * 1.5, true});
    if (!memory.outrun)
      return;
    const auto& outrun = *memory.outrun;
    targets_.push_back({"a producer that outruns the store (" + std::to_string(outrun.accepted)
                            + " accepted, " + std::to_string(outrun.overloaded)
                            + " overloaded), MiB grown since a tenth of its time",
                        outrun.grown_mib, std::max(16.0, outrun.early_mib / 10), true});
    targets_.push_back(
        {"its commands that failed otherwise", static_cast<double>(outrun.failed), 0, true});
  }

  std::vector<target> take() { return std::move(targets_); }

private:
  std::uint64_t busiest() const { return std::ranges::max(how_.from_actors); }

  // Over a thousand aggregates, or as many as there are.
  subject asked(const std::string& store, std::uint64_t in_flight) const {
    auto many = std::ranges::max(how_.aggregates);
    for (auto aggregates : how_.aggregates)
      if (aggregates >= 1'000)
        many = std::min(many, aggregates);
    return {.what = "ask",
            .store = store,
            .callers = "actors",
            .in_flight = in_flight,
            .aggregates = many};
  }

  void compare(std::string what, const subject& of, const subject& to, double wanted) {
    if (auto ratio = book_.ratio(of, to))
      targets_.push_back({std::move(what), *ratio, wanted});
  }

  const figure_book& book_;
  const settings& how_;
  std::vector<target> targets_;
};

} // namespace

std::vector<target> targets_of(const figure_book& book, const settings& how,
                               const memory_figures& memory) {
  target_list targets{book, how};
  for (const auto& store : how.stores)
    targets.of_asking(store);
  for (const auto& store : how.stores)
    targets.of_lengths(store);
  targets.of_rebuilds();
  targets.of_postgres();
  targets.of_guards();
  targets.of_lag();
  for (const auto* store : {"sqlite", "served sqlite", "postgresql"})
    targets.of_nodes(store);
  targets.of_beside();
  targets.of_starting();
  targets.of_memory(memory);
  return targets.take();
}

} // namespace annals::tools::bench
