#pragma once

#include <cstdint>
#include <string_view>

namespace annals {

/// A hash of a text that is the same in every process and every release, which std::hash is not:
/// FNV-1a with 64 bits (Fowler, Noll, Vo). Not for keys that somebody may choose to do harm.
constexpr std::uint64_t stable_hash(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (auto c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

} // namespace annals
