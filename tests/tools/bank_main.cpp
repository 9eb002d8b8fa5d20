// The program that the tests of schema evolution run: BANK_DOMAIN chooses the release.

#include <annals/tools/command_line.hpp>

#include "tests/tools/bank_versions.hpp"

#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  const char* chosen = std::getenv("BANK_DOMAIN");
  std::string_view release = chosen != nullptr ? chosen : "";
  if (release == "before")
    return annals::run(bank_before::domain{}, argc, argv);
  if (release == "forgetful")
    return annals::run(bank::forgetful{}, argc, argv);
  return annals::run(bank::domain{}, argc, argv);
}
