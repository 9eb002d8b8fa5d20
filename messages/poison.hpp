#pragma once

#include <cstdint>

namespace annals {

/// What becomes of a projection that meets an event which its `project` throws at, or that cannot
/// be decoded, when trying again has not helped:
/// `static constexpr auto on_poison = annals::poison::park;` in the projection. An event of a type
/// that the domain does not know stops it in any case.
enum class poison : std::uint8_t {
  /// It stops before the event until a person has mended the cause or skips the event.
  stop,
  /// The event is set aside, listed until a person retries or skips it, and all others are taken
  /// in. For models in which the order of events does not matter.
  park,
  /// As `park`, and every later event of the same stream is set aside behind it, so that each
  /// stream is taken in in order.
  park_stream,
};

} // namespace annals
