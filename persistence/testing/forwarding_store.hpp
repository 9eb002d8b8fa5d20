#pragma once

#include <annals/persistence/event_store.hpp>

#include <memory>
#include <utility>

namespace annals::testing {

/// A store that hands everything through to another one: the base of stores that change one thing.
/// Blocks and fails as the inner store does.
class forwarding_store : public event_store {
public:
  /// `inner` must not be null.
  explicit forwarding_store(std::unique_ptr<event_store> inner) : inner_{std::move(inner)} {}

  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    return inner_->append(requests);
  }
  result<void> save_model(const stored_model& model) override { return inner_->save_model(model); }
  result<std::uint64_t> replace_model(const stored_model& model,
                                      std::span<const std::string> removed) override {
    return inner_->replace_model(model, removed);
  }
  result<void> remove_models(std::span<const std::string> projections) override {
    return inner_->remove_models(projections);
  }
  result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                              std::size_t keep) override {
    return inner_->save_snapshots(snapshots, keep);
  }
  result<std::uint64_t> drop_snapshots(std::string_view stream) override {
    return inner_->drop_snapshots(stream);
  }
  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) override {
    return inner_->forget_outcomes(before, limit);
  }
  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values) override {
    return inner_->take_over(outcomes, values);
  }
  result<void> keep_inline(std::span<const inline_projection> all) override {
    return inner_->keep_inline(all);
  }
  result<std::unique_ptr<event_reader>> open_reader() override { return inner_->open_reader(); }
  result<std::unique_ptr<lease_store>> open_leases() override { return inner_->open_leases(); }
  bool is_shared() const noexcept override { return inner_->is_shared(); }
  result<std::unique_ptr<growth_watch>> watch_growth(growth_listener grown) override {
    return inner_->watch_growth(std::move(grown));
  }
  void give_up_at(std::chrono::steady_clock::time_point time) noexcept override {
    inner_->give_up_at(time);
  }
  bool blocks() const noexcept override { return inner_->blocks(); }

private:
  std::unique_ptr<event_store> inner_;
};

} // namespace annals::testing
