#include <annals/actors/projection_control.hpp>

#include <annals/actors/runtime.hpp>

namespace annals {

projection_control::projection_control(node& of, std::string_view projection)
    : node_{of}, name_{projection} {
  auto desk = of.internals().find_desk(projection);
  if (!desk)
    throw error{desk.error()};
  desk_ = std::move(*desk);
}

std::vector<parked_event> projection_control::parked() const {
  if (auto target = node_.internals().board_of(name_))
    return target->parked();
  return node_.internals().find_model(name_).value()->notes().parked;
}

result<control_report> projection_control::retry(log_position position) {
  return desk_->ask([&](projector_orders& projector) { return projector.retry(position); });
}

result<control_report> projection_control::retry_all() {
  return desk_->ask([](projector_orders& projector) { return projector.retry({}); });
}

result<control_report> projection_control::skip(log_position position) {
  return desk_->ask([&](projector_orders& projector) { return projector.skip(position); });
}

result<control_report> projection_control::pause() {
  return desk_->ask([](projector_orders& projector) { return projector.pause(); });
}

result<control_report> projection_control::resume() {
  return desk_->ask([](projector_orders& projector) { return projector.resume(); });
}

result<check_report> projection_control::check() const {
  auto model = node_.internals().find_model(name_);
  if (!model)
    return model.error();
  auto reader = node_.open_reader();
  if (!reader)
    return reader.error();
  checked_model live;
  result<std::unique_ptr<projection_instance>> copied{failure{}};
  {
    auto still = (*model)->hold();
    if (!still)
      return still.error();
    live.position = (*model)->position();
    live.notes = (*model)->notes();
    copied = (*model)->copy();
  }
  auto json = copied ? (*copied)->to_json() : copied.error();
  if (!json)
    return json.error();
  live.json = std::move(*json);
  return check_model(**reader, node_.domain(), (*model)->type(), live);
}

result<void> projection_control::start_rebuild(rebuild_settings how) {
  return node_.internals().start_rebuild(name_, how);
}

rebuild_status projection_control::rebuild() const {
  auto found = node_.internals().rebuilds().find(name_);
  return found ? found->status() : rebuild_status{};
}

result<std::shared_ptr<rebuild>> projection_control::find_rebuild() const {
  auto found = node_.internals().rebuilds().find(name_);
  if (found)
    return found;
  return failure{errc::invalid_argument, "the projection " + name_ + " is not being rebuilt"};
}

result<void> projection_control::wait_for_rebuild(std::chrono::milliseconds timeout) const {
  auto found = find_rebuild();
  return found ? (*found)->wait(timeout) : found.error();
}

result<void> projection_control::pause_rebuild() {
  auto found = find_rebuild();
  return found ? (*found)->pause() : found.error();
}

result<void> projection_control::resume_rebuild() {
  auto found = find_rebuild();
  return found ? (*found)->resume() : found.error();
}

result<void> projection_control::cancel_rebuild() {
  auto found = find_rebuild();
  return found ? (*found)->cancel() : found.error();
}

} // namespace annals
