#include <annals/persistence/memory/kept_event.hpp>

#include <annals/persistence/append_rules.hpp>

#include <algorithm>
#include <limits>

namespace annals::memory {

static_assert(largest_event <= std::numeric_limits<std::uint32_t>::max());

kept_event::kept_event(const new_event& event, const std::string& stream, stream_version version,
                       std::pmr::memory_resource& texts)
    : id_{event.id}, correlation_id_{event.correlation_id}, causation_id_{event.causation_id},
      time_{event.time}, command_digest_{event.command_digest}, stream_{&stream}, version_{version},
      type_size_{static_cast<std::uint32_t>(event.type.size())},
      metadata_size_{static_cast<std::uint32_t>(event.metadata.size())},
      payload_size_{static_cast<std::uint32_t>(event.payload.size())}, schema_version_{
                                                                           event.schema_version} {
  auto size = event.type.size() + event.metadata.size() + event.payload.size();
  texts_ = static_cast<char*>(texts.allocate(size, 1));
  auto* end = std::ranges::copy(event.type, texts_).out;
  end = std::ranges::copy(event.metadata, end).out;
  std::ranges::copy(event.payload, end);
}

recorded_event kept_event::at(log_position position) const {
  std::string_view texts{texts_, std::size_t{type_size_} + metadata_size_ + payload_size_};
  recorded_event event;
  event.id = id_;
  event.type = texts.substr(0, type_size_);
  event.schema_version = schema_version_;
  event.time = time_;
  event.correlation_id = correlation_id_;
  event.causation_id = causation_id_;
  event.metadata = texts.substr(type_size_, metadata_size_);
  event.payload = texts.substr(std::size_t{type_size_} + metadata_size_);
  event.command_digest = command_digest_;
  event.stream = *stream_;
  event.version = version_;
  event.position = position;
  return event;
}

} // namespace annals::memory
