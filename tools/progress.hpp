#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace annals::tools {

/// How progress is shown on standard error.
enum class progress_style {
  /// A bar on a terminal, nothing elsewhere.
  bar,
  /// A bar on a terminal, plain lines elsewhere, at most one a second.
  bar_or_lines,
  /// Nothing at all.
  none,
};

/// Shows how far a long piece of work is: its share, its rate, the time left. The bar is drawn
/// again at most ten times a second and taken away at the end. One thread.
class progress {
public:
  progress(std::string label, progress_style style);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// `events` were done so far, which is `share` (0 to 1) of all; below 0 where that is unknown.
  void at(std::uint64_t events, double share);

  /// `done` of `total`, which are events too.
  void at_event(std::uint64_t done, std::uint64_t total);

  /// Since the start, in seconds; never 0.
  double seconds() const;

private:
  using clock = std::chrono::steady_clock;
  std::string bar(std::uint64_t events, double share) const;
  std::string plain(std::uint64_t events, double share) const;
  std::string pace(std::uint64_t events, double share) const;

  std::string label_;
  bool terminal_;
  bool lines_;
  bool drawn_ = false;
  clock::time_point start_ = clock::now();
  clock::time_point next_ = start_;
};

/// "1,234,567".
std::string grouped(std::uint64_t number);

/// "0:07", "12:05", "3:00:00".
std::string clock_text(double seconds);

} // namespace annals::tools
