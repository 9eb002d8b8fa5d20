#include <annals/actors/projection_control.hpp>

#include <annals/actors/runtime.hpp>
#include <annals/messages/stable_hash.hpp>

#include <algorithm>
#include <iterator>

namespace annals {

projection_control::projection_control(node& of, std::string_view projection)
    : node_{of}, name_{projection} {
  auto places = of.internals().find_places(projection);
  if (!places)
    throw error{places.error()};
  places_ = std::move(*places);
}

std::vector<parked_event> projection_control::parked() const {
  if (!places_.front().board)
    return node_.internals().find_model(name_).value()->notes().parked;
  std::vector<parked_event> all;
  for (const auto& place : places_)
    std::ranges::move(place.board->parked(), std::back_inserter(all));
  std::ranges::sort(all, {}, &parked_event::position);
  return all;
}

// Of a whole target the part that the event's stream is in.
result<order_place> projection_control::place_of(log_position position) const {
  if (places_.size() == 1)
    return places_.front();
  auto reader = node_.open_reader();
  auto stored = reader ? (*reader)->read_log(position - 1, 1) : reader.error();
  if (!stored)
    return stored.error();
  if (stored->empty() || stored->front().position != position)
    return failure{errc::not_found, "the log has no event at position " + std::to_string(position)};
  return places_[part_of_stream(stored->front().stream, places_.front().part.of)];
}

result<control_report> projection_control::all_in_turn(const order& given) {
  control_report sum;
  std::optional<failure> first;
  for (const auto& place : places_) {
    auto done = place.desk->ask([&](projector_orders& projector) { return given(projector); });
    if (!done) {
      first = first.value_or(done.error());
      continue;
    }
    sum.taken_in += done->taken_in;
    sum.skipped += done->skipped;
    sum.still_parked += done->still_parked;
    if (!sum.why)
      sum.why = done->why;
  }
  return first ? result<control_report>{*first} : sum;
}

result<control_report> projection_control::retry(log_position position) {
  auto place = place_of(position);
  if (!place)
    return place.error();
  return place->desk->ask([&](projector_orders& projector) { return projector.retry(position); });
}

result<control_report> projection_control::retry_all() {
  return all_in_turn([](projector_orders& projector) { return projector.retry({}); });
}

result<control_report> projection_control::skip(log_position position) {
  auto place = place_of(position);
  if (!place)
    return place.error();
  return place->desk->ask([&](projector_orders& projector) { return projector.skip(position); });
}

result<control_report> projection_control::pause() {
  return all_in_turn([](projector_orders& projector) { return projector.pause(); });
}

// Those parts that neither wait nor have stopped go on anyway, as long as one did.
result<control_report> projection_control::resume() {
  std::size_t going = 0;
  auto done = all_in_turn([&](projector_orders& projector) {
    auto resumed = projector.resume();
    bool is_going = !resumed && resumed.error().code == errc::invalid_argument;
    if (is_going && ++going < places_.size())
      return result<control_report>{control_report{}};
    return resumed;
  });
  return done;
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
