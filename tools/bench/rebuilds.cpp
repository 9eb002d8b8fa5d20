#include <annals/tools/bench/rebuilds.hpp>

#include <annals/tools/bench/process.hpp>

#include <annals/actors/take_on.hpp>

#include <algorithm>

namespace annals::tools::bench {

namespace {

constexpr std::size_t batch_size = 1000;

// How many events there were; what a rebuild does, but for projecting.
result<std::uint64_t> read_and_decode(const bench_run& run, const registry& domain,
                                      event_reader& reader) {
  log_position position = 0;
  for (;;) {
    auto batch = reader.read_log(position, batch_size);
    if (!batch)
      return batch.error();
    if (batch->empty())
      return position;
    for (const auto& event : *batch)
      if (auto decoded = domain.check_event(event); !decoded)
        return decoded.error();
    position = batch->back().position;
    if (run.stopping())
      return stopped();
  }
}

result<std::uint64_t> rebuild(const bench_run& run, const registry& domain,
                              const projection_type& type, event_reader& reader) {
  auto made = rebuild_projection(reader, domain, type, default_most_parked,
                                 [&](auto) { return !run.stopping(); });
  if (!made)
    return made.error();
  return (*made)->position();
}

// Does `work`, which says how many events it took in, until the window is over.
template <class Work>
result<figures> repeat(const bench_run& run, Work work) {
  forget_peak();
  stopwatch watch;
  std::uint64_t events = 0;
  do {
    auto done = work();
    if (!done)
      return done.error();
    events += *done;
  } while (watch.seconds() < run.how.window.count());
  figures measured;
  measured.per_second = static_cast<double>(events) / watch.seconds();
  measured.cpu_us =
      watch.cpu_microseconds() / static_cast<double>(std::max<std::uint64_t>(events, 1));
  measured.peak_mib = mebibytes(peak_memory());
  return measured;
}

} // namespace

result<void> measure_log(const bench_run& run, const std::string& store, const registry& domain,
                         event_reader& reader) {
  run.say(store + ", reading and decoding the log");
  auto read = repeat(run, [&] { return read_and_decode(run, domain, reader); });
  if (!read)
    return read.error();
  run.book.add({.what = "log", .store = store}, *read);
  for (const auto& type : domain.projections()) {
    run.say(store + ", rebuilding " + type.name);
    auto rebuilt = repeat(run, [&] { return rebuild(run, domain, type, reader); });
    if (!rebuilt)
      return rebuilt.error();
    run.book.add({.what = "rebuild", .store = store, .projection = type.name}, *rebuilt);
  }
  return {};
}

} // namespace annals::tools::bench
