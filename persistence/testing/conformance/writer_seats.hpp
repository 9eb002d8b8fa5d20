#pragma once

#include <annals/persistence/testing/store_conformance.hpp>

#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace annals::conformance {

/// Places for writers side by side. Where the place may be opened several times each has a store of
/// its own, as in processes of their own; else they take turns at one. Any thread.
class writer_seats {
public:
  writer_seats(const testing::store_place& place, std::size_t count);

  /// As the store does, for writer `seat` (below the count). One that had to wait too long for the
  /// others waits again: nothing was stored.
  std::vector<append_outcome> append(std::size_t seat, std::span<const append_request> requests);
  append_outcome append(std::size_t seat, const append_request& request);

  /// A reader of the writer's own store.
  std::unique_ptr<event_reader> open_reader(std::size_t seat);

private:
  event_store& store_of(std::size_t seat) { return *stores_[seat % stores_.size()]; }

  std::vector<std::unique_ptr<event_store>> stores_;
  std::mutex turn_;
};

} // namespace annals::conformance
