#pragma once

#include <annals/persistence/open_store.hpp>
#include <annals/persistence/testing/forwarding_store.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace annals::tests {

/// What a test sees of the reading of a store, and how it makes it slow.
struct watch {
  /// Events of streams that were read.
  std::atomic<std::size_t> events_read{0};
  /// How much longer each loading of a snapshot takes, with which every loading begins.
  std::atomic<std::chrono::milliseconds> delay{std::chrono::milliseconds{0}};
  /// While it is set, no read model can be loaded.
  std::atomic<bool> models_are_away{false};
};

/// A reader that is watched; everything is handed through.
class watched_reader final : public event_reader {
public:
  watched_reader(std::unique_ptr<event_reader> inner, std::shared_ptr<watch> seen)
      : inner_{std::move(inner)}, seen_{std::move(seen)} {}

  result<std::vector<recorded_event>> read_stream(std::string_view stream,
                                                  stream_slice slice) override {
    auto events = inner_->read_stream(stream, slice);
    seen_->events_read += events ? events->size() : 0;
    return events;
  }
  result<std::optional<stored_snapshot>> load_snapshot(std::string_view stream,
                                                       stream_version newest) override {
    std::this_thread::sleep_for(seen_->delay.load());
    return inner_->load_snapshot(stream, newest);
  }

  result<std::vector<recorded_event>> read_log(log_position after, std::size_t limit) override {
    return inner_->read_log(after, limit);
  }
  result<std::vector<recorded_event>> find_by_correlation(const uuid& id, log_position after,
                                                          std::size_t limit) override {
    return inner_->find_by_correlation(id, after, limit);
  }
  result<stream_version> version_of(std::string_view stream) override {
    return inner_->version_of(stream);
  }
  result<log_position> last_position() override { return inner_->last_position(); }
  result<std::vector<stream_info>> list_streams(std::string_view after,
                                                std::size_t limit) override {
    return inner_->list_streams(after, limit);
  }
  result<std::optional<stored_model>> load_model(std::string_view projection) override {
    if (seen_->models_are_away)
      return failure{errc::store_unavailable, "the test keeps the read models away"};
    return inner_->load_model(projection);
  }
  result<std::vector<stored_model>> list_models() override { return inner_->list_models(); }
  result<std::optional<std::uint64_t>> generation_of(std::string_view projection) override {
    return inner_->generation_of(projection);
  }
  result<std::vector<command_outcome>> read_outcomes(std::string_view stream, timestamp since,
                                                     std::size_t limit) override {
    return inner_->read_outcomes(stream, since, limit);
  }
  result<std::vector<command_outcome>> find_outcomes(const uuid& correlation,
                                                     std::size_t limit) override {
    return inner_->find_outcomes(correlation, limit);
  }
  result<std::optional<command_outcome>> find_outcome(std::string_view stream,
                                                      const uuid& command_id) override {
    return inner_->find_outcome(stream, command_id);
  }
  result<std::optional<std::string>> holder_of(std::string_view set,
                                               std::string_view value) override {
    return inner_->holder_of(set, value);
  }
  result<outcome_page> list_outcomes(std::uint64_t from, std::size_t limit) override {
    return inner_->list_outcomes(from, limit);
  }
  result<std::vector<held_value>> list_values(const held_value& after, std::size_t limit) override {
    return inner_->list_values(after, limit);
  }

private:
  std::unique_ptr<event_reader> inner_;
  std::shared_ptr<watch> seen_;
};

/// A store whose readers are watched; everything else is handed through.
class watched_store final : public testing::forwarding_store {
public:
  watched_store(std::unique_ptr<event_store> inner, std::shared_ptr<watch> seen)
      : forwarding_store{std::move(inner)}, seen_{std::move(seen)} {}

  result<std::unique_ptr<event_reader>> open_reader() override {
    auto inner = forwarding_store::open_reader();
    if (!inner)
      return inner.error();
    return std::make_unique<watched_reader>(std::move(*inner), seen_);
  }

private:
  std::shared_ptr<watch> seen_;
};

/// For `config::open_store`: the store of `url`, watched.
inline auto watched(std::string url, std::shared_ptr<watch> seen) {
  return [url = std::move(url), seen = std::move(seen)]() -> result<std::unique_ptr<event_store>> {
    auto inner = open_store(url);
    if (!inner)
      return inner.error();
    return std::make_unique<watched_store>(std::move(*inner), seen);
  };
}

} // namespace annals::tests
