#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/process.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace annals::tools::bench {

namespace {

// A file that is open, and closed and removed at the end.
class scratch_file {
public:
  explicit scratch_file(std::filesystem::path path)
      : path_{std::move(path)}, file_{open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600)} {}
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  ~scratch_file() {
    if (file_ >= 0)
      close(file_);
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  result<void> append(std::string_view bytes) {
    while (!bytes.empty()) {
      auto written = write(file_, bytes.data(), bytes.size());
      if (written < 0)
        return failed();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fdatasync(file_) != 0)
      return failed();
    return {};
  }

private:
  failure failed() const {
    auto code = errno == ENOSPC ? errc::store_full : errc::store_unavailable;
    return {code, "cannot write to " + path_.string() + ": " + std::strerror(errno)};
  }

  std::filesystem::path path_;
  int file_;
};

result<figures> write_for(const bench_run& run, std::uint64_t group) {
  scratch_file file{run.folder / "file"};
  auto event = to_json(deposit_of(run.how.payload));
  if (!event)
    return event.error();
  std::string bytes;
  for (std::uint64_t i = 0; i < group; ++i)
    bytes += *event;
  std::vector<std::uint32_t> nanoseconds;
  stopwatch watch;
  while (watch.seconds() < run.how.window.count() && !run.stopping()) {
    stopwatch one;
    if (auto written = file.append(bytes); !written)
      return written.error();
    nanoseconds.push_back(static_cast<std::uint32_t>(one.seconds() * 1e9));
  }
  figures measured;
  auto events = static_cast<double>(nanoseconds.size() * group);
  measured.per_second = events / watch.seconds();
  measured.cpu_us = watch.cpu_microseconds() / events;
  set_percentiles(measured, nanoseconds);
  return measured;
}

} // namespace

result<void> measure_file(const bench_run& run) {
  for (std::uint64_t group : {1, 64, 1000}) {
    run.say("a bare file, " + std::to_string(group) + " events a sync");
    auto measured = write_for(run, group);
    if (!measured)
      return measured.error();
    if (run.stopping())
      return stopped();
    run.book.add({.what = "file", .group = group}, *measured);
  }
  return {};
}

} // namespace annals::tools::bench
