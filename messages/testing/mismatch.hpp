#pragma once

#include <stdexcept>

namespace annals::testing {

/// What the testing kit throws where a domain did something else than the test says: `what()` is a
/// text of several lines, with what was expected after `-` and what happened after `+`. Any test
/// framework reports it; one that is caught by nobody ends a plain `main` with a message.
class mismatch : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace annals::testing
