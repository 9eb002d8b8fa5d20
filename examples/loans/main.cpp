// The loans: `loans take-in CSV` feeds a bank's log to the domain; all else is the operations
// command line over it.

#include "domain.hpp"
#include "take_in_line.hpp"

#include <annals/tools/command_line.hpp>

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "take-in")
    return loans::run_take_in(argc - 1, argv + 1);
  return annals::run(loans::domain{}, argc, argv, [](annals::node&) {
    std::cerr << "usage: " << loans::take_in_usage << "\n"
              << "       loans --help lists what looks into the store\n";
    return 2;
  });
}
