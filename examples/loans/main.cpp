// The loans: `loans take-in CSV` feeds a bank's log to the domain; all else is the operations
// command line over it.

#include "domain.hpp"
#include "take_in_line.hpp"

#include <annals/tools/command_line.hpp>

#include <algorithm>
#include <iostream>
#include <string_view>

namespace {

// Puts `take-in` first where it stands behind `--store URL`, as any subcommand may; says whether
// it is there.
bool is_take_in(int argc, char** argv) {
  int at = 1;
  for (; at < argc; ++at)
    if (std::string_view argument{argv[at]}; argument == "--store")
      ++at;
    else if (!argument.starts_with("--store="))
      break;
  if (at >= argc || std::string_view{argv[at]} != "take-in")
    return false;
  std::rotate(argv + 1, argv + at, argv + at + 1);
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (is_take_in(argc, argv))
    return loans::run_take_in(argc - 1, argv + 1);
  return annals::run(loans::domain{}, argc, argv, [](annals::node&) {
    std::cerr << "usage: " << loans::take_in_usage << "\n"
              << "       loans --help lists what looks into the store\n";
    return 2;
  });
}
