#pragma once

#include <annals/messages/events.hpp>

#include <memory_resource>

namespace annals::memory {

/// An event as it is kept, once, with its texts side by side in a block that many events share:
/// no allocation an event. Its position is its place in the log.
class kept_event {
public:
  /// Copies the texts of `event` into `texts`, which must live as long; so must `stream`.
  kept_event(const new_event& event, const std::string& stream, stream_version version,
             std::pmr::memory_resource& texts);

  const uuid& correlation_id() const noexcept { return correlation_id_; }
  recorded_event at(log_position position) const;

private:
  uuid id_;
  uuid correlation_id_;
  uuid causation_id_;
  timestamp time_;
  std::uint64_t command_digest_;
  const std::string* stream_;
  stream_version version_;
  // Type, metadata and payload, one after the other.
  char* texts_;
  std::uint32_t type_size_;
  std::uint32_t metadata_size_;
  std::uint32_t payload_size_;
  std::uint32_t schema_version_;
};

} // namespace annals::memory
