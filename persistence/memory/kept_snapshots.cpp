#include <annals/persistence/memory/kept_snapshots.hpp>

namespace annals::memory {

void kept_snapshots::save(std::span<const stored_snapshot> snapshots, std::size_t keep) {
  for (const auto& snapshot : snapshots) {
    auto& versions = by_stream_[snapshot.stream];
    versions.insert_or_assign(snapshot.version, snapshot);
    while (versions.size() > keep)
      versions.erase(versions.begin());
  }
}

std::optional<stored_snapshot> kept_snapshots::load(std::string_view stream,
                                                    stream_version newest) const {
  auto found = by_stream_.find(stream);
  if (found == by_stream_.end())
    return std::nullopt;
  auto past = found->second.upper_bound(newest);
  if (past == found->second.begin())
    return std::nullopt;
  return std::prev(past)->second;
}

std::uint64_t kept_snapshots::drop(std::string_view stream) {
  std::uint64_t dropped = 0;
  for (auto entry = by_stream_.begin(); entry != by_stream_.end();) {
    if (!stream.empty() && entry->first != stream) {
      ++entry;
      continue;
    }
    dropped += entry->second.size();
    entry = by_stream_.erase(entry);
  }
  return dropped;
}

} // namespace annals::memory
