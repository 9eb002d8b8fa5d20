#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "tests/shared_data.hpp"

#include <iostream>

int main(int argc, char** argv) {
  // What CTest is told to count as skipped; a failure is always 1, so the two cannot be mixed up.
  constexpr int skipped = 77;
  if (Catch::Session().run(argc, argv) != 0)
    return 1;
  if (annals::tests::shared_data_was_missing()) {
    std::cerr << "SKIPPED in part: there is no shared data, see above\n";
    return skipped;
  }
  return 0;
}
