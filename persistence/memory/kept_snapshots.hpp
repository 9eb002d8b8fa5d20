#pragma once

#include <annals/persistence/event_store.hpp>

#include <map>

namespace annals::memory {

/// Snapshots by stream and version. Not thread-safe.
class kept_snapshots {
public:
  /// Keeps the newest `keep` (1 or more) of each stream that is named.
  void save(std::span<const stored_snapshot> snapshots, std::size_t keep);

  std::optional<stored_snapshot> load(std::string_view stream, stream_version newest) const;

  /// Of one stream, or all where `stream` is empty; how many.
  std::uint64_t drop(std::string_view stream);

private:
  std::map<std::string, std::map<stream_version, stored_snapshot>, std::less<>> by_stream_;
};

} // namespace annals::memory
