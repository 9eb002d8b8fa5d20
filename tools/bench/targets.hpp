#pragma once

#include <annals/tools/bench/bench.hpp>

#include <optional>
#include <string>
#include <vector>

namespace annals::tools::bench {

/// What this framework means to reach, beside what it reached in this run. Ratios are between
/// rates of the same run, since machines differ and are noisy.
struct target {
  std::string what;
  double reached = 0;
  double wanted = 0;
  /// Whether less is better.
  bool at_most = false;

  bool met() const noexcept { return at_most ? reached <= wanted : reached >= wanted; }
};

/// Those whose figures the book has.
std::vector<target> targets_of(const figure_book& book, const settings& how,
                               const memory_figures& memory);

} // namespace annals::tools::bench
