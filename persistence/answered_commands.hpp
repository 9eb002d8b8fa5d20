#pragma once

#include <annals/messages/ids.hpp>
#include <annals/persistence/event_store.hpp>

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

/// The first command of the request's events that has its final outcome in its stream, as `look_up`
/// finds it; null where there is none. The events of one command follow each other: each command is
/// looked up once.
template <class LookUp>
const uuid* answered_command(const append_request& request, answered_commands answered,
                             LookUp look_up) {
  const uuid* looked_for = nullptr;
  for (const auto& event : request.events) {
    if (looked_for != nullptr && *looked_for == event.causation_id)
      continue;
    looked_for = &event.causation_id;
    if (answered.may_have(event.causation_id) && look_up(event.causation_id))
      return looked_for;
  }
  return nullptr;
}

} // namespace annals
