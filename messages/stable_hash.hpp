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

/// The last step of MurmurHash3 (A. Appleby): every bit of the input changes half of the output.
constexpr std::uint64_t mixed_hash(std::uint64_t x) noexcept {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
  return x ^ (x >> 33);
}

/// Which of `parts` parts, 1 or more, a stream is in, from 0 on: the same in every process and
/// every release, since it is stored how far each part is.
constexpr std::uint32_t part_of_stream(std::string_view stream, std::uint32_t parts) noexcept {
  return static_cast<std::uint32_t>(mixed_hash(stable_hash(stream)) % parts);
}

} // namespace annals
