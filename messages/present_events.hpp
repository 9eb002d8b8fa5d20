#pragma once

#include <annals/messages/events.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace annals {

/// The events that a stored event stands for today. Most often it is itself, which is then not
/// copied and must outlive this; after upcasters it may be another one, several in order, or none,
/// all with the id, stream, version, position, time and metadata of the stored one.
class present_events {
public:
  explicit present_events(const recorded_event& unchanged) noexcept : unchanged_{&unchanged} {}
  explicit present_events(std::vector<recorded_event> upcast) noexcept
      : upcast_{std::move(upcast)} {}

  const recorded_event* begin() const noexcept {
    return unchanged_ != nullptr ? unchanged_ : upcast_.data();
  }
  const recorded_event* end() const noexcept { return begin() + size(); }
  std::size_t size() const noexcept { return unchanged_ != nullptr ? 1 : upcast_.size(); }

private:
  const recorded_event* unchanged_ = nullptr;
  std::vector<recorded_event> upcast_;
};

} // namespace annals
