#pragma once

#include <chrono>
#include <cstdint>

namespace annals::tools::bench {

/// Processor time of all threads of this process so far.
std::chrono::microseconds cpu_time();

/// Resident memory of this process now, in bytes, after what was freed has gone back.
std::uint64_t resident_memory();

/// The most resident memory since the last call of `forget_peak`, in bytes.
std::uint64_t peak_memory();

/// For people: bytes as MiB.
constexpr double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

/// Lets the peak start anew from what is resident now, where the kernel allows it.
void forget_peak();

/// Wall time and processor time of a stretch of work.
class stopwatch {
public:
  /// In seconds; never 0.
  double seconds() const;
  double cpu_microseconds() const;

private:
  std::chrono::microseconds cpu_start_ = cpu_time();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace annals::tools::bench
