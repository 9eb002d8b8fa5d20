#include <annals/tools/bench/process.hpp>

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace annals::tools::bench {

namespace {

std::chrono::microseconds duration_of(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

// A line of /proc/self/status, "VmRSS:  1234 kB", in bytes; 0 where there is none.
std::uint64_t status(const std::string& name) {
  std::ifstream file{"/proc/self/status"};
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == name && file >> kibibytes)
      return kibibytes * 1024;
  }
  return 0;
}

} // namespace

std::chrono::microseconds cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
}

std::uint64_t resident_memory() {
  malloc_trim(0);
  return status("VmRSS:");
}

std::uint64_t peak_memory() { return status("VmHWM:"); }

void forget_peak() {
  malloc_trim(0);
  std::ofstream{"/proc/self/clear_refs"} << "5";
}

double stopwatch::seconds() const {
  auto passed = std::chrono::steady_clock::now() - start_;
  return std::max(std::chrono::duration<double>(passed).count(), 1e-9);
}

double stopwatch::cpu_microseconds() const {
  return static_cast<double>((cpu_time() - cpu_start_).count());
}

} // namespace annals::tools::bench
