#pragma once

#include <annals/messages/error.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace annals {

class live_model;

/// A query that is answered again whenever its answer changes; ends when it is destroyed. Must be
/// gone before its node is destroyed.
class live_query {
public:
  /// Looks at the model, which `unlock` lets go, and does what is to be done about what it saw.
  using step = std::function<void(const void* model, const std::function<void()>& unlock)>;

  live_query() noexcept;
  /// Calls `next` now and after each change of the model, on a thread of its own.
  live_query(std::shared_ptr<const live_model> of, step next);
  live_query(live_query&&) noexcept;
  live_query& operator=(live_query&&) noexcept;
  ~live_query();

  /// Blocks until the callback has returned, unless it is called from there.
  void cancel();

  /// Why no more answers come, where that is so although the query was not cancelled: the node
  /// is stopping, or the callback threw. Any thread.
  std::optional<failure> ended() const;

private:
  class inside;
  std::shared_ptr<inside> inside_;
};

} // namespace annals
