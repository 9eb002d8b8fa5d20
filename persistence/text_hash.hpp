#pragma once

#include <functional>
#include <string_view>

namespace annals {

/// Hashes a text however it is held, so that a look-up by view makes no string.
struct text_hash {
  using is_transparent = void;

  // Not noexcept on purpose: libstdc++ then keeps the hash in each node and does not compute it
  // again for every node that it passes.
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

} // namespace annals
