#pragma once

#include "in_flight.hpp"
#include "outcomes.hpp"

namespace loans {

/// What a run of `take-in` came to.
struct totals {
  std::uint64_t rows = 0;
  loans::tally tally;
  double seconds = 0;
};

/// Prints the totals to standard output, and the first rejected rows to standard error.
void print(const totals& all);

/// Prints the read model to standard output.
void print(const outcomes& model);

} // namespace loans
