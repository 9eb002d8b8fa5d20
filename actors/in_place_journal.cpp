#include <annals/actors/in_place_journal.hpp>

#include <caf/send.hpp>

namespace annals {

append_outcome in_place_journal::append(const append_request& request) {
  auto outcome = append_one(request);
  if (outcome && settings_.hint->grown_to(outcome->position))
    caf::anon_send(settings_.bus, log_grew{outcome->position});
  return outcome;
}

append_outcome in_place_journal::append_one(const append_request& request) {
  std::lock_guard guard{mutex_};
  if (closed_)
    return failure{errc::stopping, "the journal has closed"};
  settings_.counts->groups.fetch_add(1, std::memory_order_relaxed);
  settings_.counts->appends.fetch_add(1, std::memory_order_relaxed);
  settings_.counts->events.fetch_add(request.events.size(), std::memory_order_relaxed);
  return std::move(store_.append({&request, 1}).front());
}

result<void> in_place_journal::save(const stored_model& model) {
  std::lock_guard guard{mutex_};
  return store_.save_model(model);
}

void in_place_journal::close() {
  std::lock_guard guard{mutex_};
  closed_ = true;
}

} // namespace annals
