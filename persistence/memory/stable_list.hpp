#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace annals::memory {

/// A list that only grows, with one writer and any number of readers that take no lock: an element
/// never moves, and `size` counts only what the writer has published.
template <class T>
class stable_list {
public:
  stable_list() = default;
  stable_list(const stable_list&) = delete;
  stable_list& operator=(const stable_list&) = delete;

  ~stable_list() {
    for (std::size_t i = 0; i < written_; ++i)
      std::destroy_at(&at(i));
    for (std::size_t s = 0; s < segments_.size() && segments_[s] != nullptr; ++s)
      std::allocator<T>{}.deallocate(segments_[s], capacity(s));
  }

  /// Any thread: how many elements may be read.
  std::size_t size() const noexcept { return published_.load(std::memory_order_acquire); }

  /// Any thread, `i < size()`.
  const T& operator[](std::size_t i) const noexcept {
    auto p = place_of(i);
    return segments_[p.segment][p.offset];
  }

  /// The writer: how many elements there are, published or not.
  std::size_t written() const noexcept { return written_; }

  /// The writer: adds an element that no reader sees before `publish`.
  template <class... Args>
  void add(Args&&... args) {
    auto p = place_of(written_);
    if (segments_[p.segment] == nullptr)
      segments_[p.segment] = std::allocator<T>{}.allocate(capacity(p.segment));
    std::construct_at(segments_[p.segment] + p.offset, std::forward<Args>(args)...);
    ++written_;
  }

  /// The writer: shows readers all that was added.
  void publish() noexcept { published_.store(written_, std::memory_order_release); }

private:
  struct place {
    std::size_t segment;
    std::size_t offset;
  };

  // Segment s holds first_capacity << s elements, so that a few dozen segments are enough for ever
  // and their table never moves either.
  static constexpr std::size_t first_capacity = 1024;
  static constexpr std::size_t capacity(std::size_t segment) { return first_capacity << segment; }

  static place place_of(std::size_t i) noexcept {
    auto shifted = i + first_capacity;
    auto segment = static_cast<std::size_t>(std::bit_width(shifted / first_capacity)) - 1;
    return {segment, shifted - capacity(segment)};
  }

  T& at(std::size_t i) noexcept {
    auto p = place_of(i);
    return segments_[p.segment][p.offset];
  }

  std::array<T*, 48> segments_{};
  std::size_t written_ = 0;
  std::atomic<std::size_t> published_{0};
};

} // namespace annals::memory
