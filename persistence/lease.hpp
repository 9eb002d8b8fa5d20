#pragma once

#include <cstdint>
#include <string>

namespace annals {

/// Says under which lease something is written: the store refuses it with `lease_lost`, in the same
/// transaction, when the lease has changed hands since. One without a name asks for nothing.
struct lease_fence {
  std::string name;
  /// The lease's token while it is held: each change of hands makes it larger.
  std::uint64_t token = 0;

  bool empty() const noexcept { return name.empty(); }
  bool operator==(const lease_fence&) const = default;
};

} // namespace annals
