// The bank: its scenario where no subcommand is named, else the operations command line over it.

#include "domain.hpp"
#include "scenario.hpp"

#include <annals/tools/command_line.hpp>

int main(int argc, char** argv) {
  return annals::run(bank::domain{}, argc, argv, bank::run_scenario);
}
