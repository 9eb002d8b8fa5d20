#include <annals/actors/live_model.hpp>

namespace annals {

namespace {

// How many events are taken in under one lock: readers wait no longer than these take.
constexpr std::size_t events_a_lock = 256;

} // namespace

live_model::live_model(const projection_type& type) : type_{type}, instance_{type.make()} {}

std::shared_lock<std::shared_mutex> live_model::hold() const {
  return std::shared_lock{model_mutex_};
}

log_position live_model::position() const {
  std::lock_guard guard{status_mutex_};
  return position_;
}

std::optional<failure> live_model::stopped() const {
  std::lock_guard guard{status_mutex_};
  return stopped_;
}

result<void> live_model::wait_for(log_position position, std::chrono::milliseconds timeout) const {
  std::unique_lock lock{status_mutex_};
  auto settled = [&] { return position_ >= position || stopped_; };
  changed_.wait_for(lock, timeout, settled);
  if (position_ >= position)
    return {};
  if (stopped_)
    return *stopped_;
  return failure{errc::timed_out, "the projection " + type_.name + " is at position "
                                      + std::to_string(position_) + " and has not reached "
                                      + std::to_string(position)
                                      + " in time; what was stored stays"};
}

result<void> live_model::restore(const stored_model& stored, log_position end) {
  if (stored.schema_version != type_.schema_version)
    return failure{errc::undecodable, "the stored model of " + type_.name + " has schema version "
                                          + std::to_string(stored.schema_version)
                                          + ", the projection has "
                                          + std::to_string(type_.schema_version)};
  if (stored.checkpoint > end)
    return failure{errc::undecodable, "its checkpoint is ahead of the log"};
  auto restored = type_.make();
  if (auto loaded = restored->from_json(stored.model); !loaded)
    return loaded;
  replace(std::move(restored));
  publish(stored.checkpoint);
  return {};
}

void live_model::replace(std::unique_ptr<projection_instance> with) {
  std::unique_lock lock{model_mutex_};
  instance_.swap(with);
}

result<void> live_model::take_in(std::span<const recorded_event> events, const registry& domain) {
  while (!events.empty()) {
    auto part = events.first(std::min(events.size(), events_a_lock));
    std::unique_lock lock{model_mutex_};
    log_position reached = 0;
    result<void> projected;
    for (const auto& event : part) {
      projected = domain.project(*instance_, event);
      if (!projected)
        break;
      reached = event.position;
    }
    if (reached != 0)
      publish(reached);
    if (!projected)
      return projected;
    events = events.subspan(part.size());
  }
  return {};
}

result<stored_model> live_model::to_stored() const {
  // Only the projector changes the model, and it is the projector that calls this: no lock.
  auto json = instance_->to_json();
  if (!json)
    return json.error();
  return stored_model{type_.name, position(), type_.schema_version, std::move(*json), {}};
}

void live_model::stop(failure why) {
  std::lock_guard guard{status_mutex_};
  if (!stopped_)
    stopped_ = std::move(why);
  changed_.notify_all();
}

void live_model::publish(log_position position) {
  std::lock_guard guard{status_mutex_};
  position_ = position;
  changed_.notify_all();
}

} // namespace annals
