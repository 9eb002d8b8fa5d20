#pragma once

#include <annals/messages/ids.hpp>

#include <cstdint>

namespace annals {

/// The commands that have a final outcome in a stream, as 64 bits: a command whose bit is not set
/// has none, which spares nearly every append the look-up. It never forgets one.
class answered_commands {
public:
  void add(const uuid& command_id) noexcept { bits_ |= bit_of(command_id); }
  void add_all() noexcept { bits_ = ~std::uint64_t{0}; }
  bool empty() const noexcept { return bits_ == 0; }
  bool may_have(const uuid& command_id) const noexcept { return (bits_ & bit_of(command_id)) != 0; }

private:
  // The end of an id is random, or a hash.
  static std::uint64_t bit_of(const uuid& id) noexcept {
    return std::uint64_t{1} << (id.data[15] & 63U);
  }

  std::uint64_t bits_ = 0;
};

} // namespace annals
