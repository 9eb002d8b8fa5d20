#include "report.hpp"

#include <annals/tools/output.hpp>
#include <annals/tools/progress.hpp>

#include <cstdio>
#include <iostream>
#include <utility>

namespace loans {

namespace {

using annals::tools::grouped;

void print_counts(std::initializer_list<std::pair<const char*, std::uint64_t>> counts) {
  for (const auto& [what, count] : counts)
    std::printf("  %-22s %9s\n", what, grouped(count).c_str());
}

// Behind a row that failed, rows of its application cannot follow: that is no news.
bool follows_a_failure(const tally& all, std::uint64_t line) {
  return all.failed && line > all.failed->first;
}

void print_rejections(const tally& all) {
  std::uint64_t left = all.rejected;
  for (const auto& [line, reason] : all.rejections) {
    if (follows_a_failure(all, line))
      break;
    std::cerr << "rejected: line " << line << ": " << annals::tools::printable(reason) << "\n";
    --left;
  }
  if (left > 0)
    std::cerr << "rejected: " << left << " more" << (all.failed ? ", most behind a failed row" : "")
              << "\n";
}

} // namespace

void print(const totals& all) {
  const auto& tally = all.tally;
  const auto rate = static_cast<double>(all.rows) / std::max(all.seconds, 1e-3);
  std::printf("%s rows read in %.1f s (%s a second): %s accepted, %s repeated, %s rejected\n",
              grouped(all.rows).c_str(), all.seconds,
              grouped(static_cast<std::uint64_t>(rate)).c_str(), grouped(tally.accepted).c_str(),
              grouped(tally.repeated).c_str(), grouped(tally.rejected).c_str());
  std::fflush(stdout);
  print_rejections(tally);
}

void print(const outcomes& model) {
  std::printf("The store has\n");
  print_counts({{"events", model.events},
                {"applications", model.applications},
                {"  declined", model.declined},
                {"  cancelled", model.cancelled},
                {"  approved", model.approved},
                {"  undecided", model.undecided},
                {"  registered", model.registered},
                {"  activated", model.activated},
                {"offers selected", model.offers.selected},
                {"  created", model.offers.created},
                {"  sent", model.offers.sent},
                {"  sent back", model.offers.sent_back},
                {"  accepted", model.offers.accepted},
                {"  cancelled", model.offers.cancelled},
                {"  declined", model.offers.declined}});
  std::fflush(stdout);
}

} // namespace loans
