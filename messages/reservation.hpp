#pragma once

#include <string>

namespace annals {

/// A unique value that a command takes for its stream, or gives back.
struct reservation {
  /// What the value is unique in: "bank.email".
  std::string set;
  std::string value;
  /// Whether the value is given back instead of taken.
  bool release = false;

  bool operator==(const reservation&) const = default;
};

} // namespace annals
