#include <annals/actors/store_writer.hpp>

#include <annals/persistence/append_rules.hpp>

#include <caf/send.hpp>

namespace annals {

namespace {

// A commit that takes longer is one that the journal's own thread should wait for.
constexpr std::chrono::milliseconds quick{2};

} // namespace

std::vector<append_outcome> store_writer::append(std::span<const append_request> requests) {
  std::unique_lock lock{mutex_};
  auto outcomes = append_locked(requests);
  lock.unlock();
  tell(last_position(outcomes));
  return outcomes;
}

std::optional<append_outcome> store_writer::append_in_place(const append_request& request) {
  std::unique_lock lock{mutex_, std::defer_lock};
  if (!blocks_)
    lock.lock();
  else if (commands_->under_way() != 1 || !lock.try_lock() || last_took_ > quick)
    return std::nullopt;
  if (closed_)
    return failure{errc::stopping, "the journal has closed"};
  auto outcomes = append_locked({&request, 1});
  lock.unlock();
  tell(last_position(outcomes));
  return std::move(outcomes.front());
}

std::vector<append_outcome> store_writer::append_locked(std::span<const append_request> requests) {
  auto start = blocks_ ? clock::now() : clock::time_point{};
  auto outcomes = store_.append(requests);
  if (blocks_)
    last_took_ = clock::now() - start;
  std::uint64_t events = 0;
  for (const auto& request : requests)
    events += count_events(request);
  counts_.groups.fetch_add(1, std::memory_order_relaxed);
  counts_.appends.fetch_add(requests.size(), std::memory_order_relaxed);
  counts_.events.fetch_add(events, std::memory_order_relaxed);
  return outcomes;
}

void store_writer::tell(log_position position) {
  if (position != 0 && hint_->grown_to(position))
    caf::anon_send(bus_, log_grew{position});
}

void store_writer::others_have_appended(log_position position) { tell(position); }

result<void> store_writer::save(const stored_model& model) {
  std::lock_guard guard{mutex_};
  return store_.save_model(model);
}

result<std::uint64_t> store_writer::replace(const stored_model& model,
                                            std::span<const std::string> removed) {
  std::lock_guard guard{mutex_};
  return store_.replace_model(model, removed);
}

result<void> store_writer::remove_models(std::span<const std::string> projections) {
  std::lock_guard guard{mutex_};
  return store_.remove_models(projections);
}

result<void> store_writer::save_snapshots(std::span<const stored_snapshot> snapshots,
                                          std::size_t keep) {
  std::lock_guard guard{mutex_};
  return store_.save_snapshots(snapshots, keep);
}

result<std::uint64_t> store_writer::drop_snapshots(std::string_view stream) {
  std::lock_guard guard{mutex_};
  return store_.drop_snapshots(stream);
}

result<std::uint64_t> store_writer::forget_outcomes(timestamp before, std::size_t limit) {
  std::lock_guard guard{mutex_};
  return store_.forget_outcomes(before, limit);
}

result<void> store_writer::take_over(std::span<const command_outcome> outcomes,
                                     std::span<const held_value> values) {
  std::lock_guard guard{mutex_};
  return store_.take_over(outcomes, values);
}

void store_writer::close() {
  std::lock_guard guard{mutex_};
  closed_ = true;
}

} // namespace annals
