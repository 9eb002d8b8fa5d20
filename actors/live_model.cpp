#include <annals/actors/live_model.hpp>

#include <annals/messages/stable_hash.hpp>

#include <algorithm>

namespace annals {

namespace {

// How many events are taken in under one lock: readers wait no longer than these take.
constexpr std::size_t events_a_lock = 256;

failure changed_without_version(const projection_type& type) {
  return {errc::undecodable,
          "the projection " + type.name
              + " has other members or reads other events than when its model was stored, under "
                "the same schema version "
              + std::to_string(type.schema_version)
              + "; give it a new one in its name, and the old model stays beside the new"};
}

failure changed_by_hand(const std::string& name) {
  return {errc::undecodable, "the stored model of " + name
                                 + " was changed by something else than its projector; "
                                   "`projections check` says what is different"};
}

failure ahead_of_log(const stored_model& stored, log_position end) {
  return {errc::undecodable, "its checkpoint " + std::to_string(stored.checkpoint)
                                 + " is ahead of the log, which ends at position "
                                 + std::to_string(end)
                                 + ": the log is another one, or was restored from a backup"};
}

failure too_many_parked(std::size_t most) {
  return {errc::projection_stopped,
          std::to_string(most)
              + " events are parked, as many as config::most_parked allows; mend the cause, then "
                "retry them (`projections retry`)"};
}

// Whether the notes fit the model that they stand beside.
result<projection_notes> fitting_notes(const stored_model& stored, const projection_type& type,
                                       std::uint64_t shape) {
  auto notes = notes_from(stored.notes);
  if (!notes)
    return notes;
  if (notes->shape != 0 && notes->shape != shape)
    return changed_without_version(type);
  if (notes->digest != 0 && notes->digest != stable_hash(stored.model))
    return changed_by_hand(type.name);
  return notes;
}

} // namespace

live_model::live_model(const projection_type& type, std::size_t most_parked)
    : type_{type}, most_parked_{most_parked}, shape_{shape_of(type)}, instance_{type.make()},
      stored_as_{stored_name(type)} {}

result<std::shared_lock<std::shared_mutex>> live_model::hold() const {
  std::shared_lock lock{model_mutex_};
  settled_.wait(lock, [this] { return form_ != form::changed_by_half; });
  if (form_ == form::whole)
    return lock;
  lock.unlock();
  return stopped().value_or(
      failure{errc::projection_stopped, "the read model of " + type_.name + " is being put back"});
}

void live_model::give_up() {
  std::unique_lock lock{model_mutex_};
  form_ = form::given_up;
  settled_.notify_all();
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
                                      + std::to_string(position) + " in time"
                                      + (notes_.paused ? ", since it is paused by hand" : "")
                                      + "; what was stored stays"};
}

result<void> live_model::restore(const stored_model& stored, log_position end) {
  if (stored.schema_version != type_.schema_version)
    return failure{errc::undecodable, "the stored model of " + type_.name + " has schema version "
                                          + std::to_string(stored.schema_version)
                                          + ", the projection has "
                                          + std::to_string(type_.schema_version)};
  if (stored.checkpoint > end)
    return ahead_of_log(stored, end);
  auto notes = fitting_notes(stored, type_, shape_);
  if (!notes)
    return notes.error();
  auto restored = type_.make();
  if (auto loaded = restored->from_json(stored.model); !loaded)
    return loaded;
  replace(std::move(restored), stored.checkpoint, std::move(*notes), stored.generation);
  return {};
}

void live_model::replace(std::unique_ptr<projection_instance> with) {
  std::unique_lock lock{model_mutex_};
  instance_.swap(with);
  form_ = form::whole;
  settled_.notify_all();
}

void live_model::replace(std::unique_ptr<projection_instance> with, log_position at,
                         projection_notes notes, std::uint64_t generation) {
  std::unique_lock lock{model_mutex_};
  instance_.swap(with);
  form_ = form::whole;
  settled_.notify_all();
  {
    std::lock_guard guard{status_mutex_};
    notes_ = std::move(notes);
  }
  generation_ = generation;
  count_parked();
  publish(at);
}

void live_model::replace(live_model&& other) {
  replace(std::move(other.instance_), other.position_, std::move(other.notes_), other.generation_);
}

result<void> live_model::take_in(std::span<const recorded_event> events, const registry& domain) {
  while (!events.empty()) {
    auto part = events.first(std::min(events.size(), events_a_lock));
    std::unique_lock lock{model_mutex_};
    log_position reached = 0;
    result<void> projected;
    for (const auto& event : part) {
      projected = take_in_one(event, domain);
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

result<void> live_model::take_in_one(const recorded_event& event, const registry& domain) {
  if (!notes_.skipped.empty() && leaves_out(event.position))
    return {};
  if (stands_behind(event))
    return park(event,
                {errc::projection_stopped, "it stands behind position "
                                               + std::to_string(parked_streams_[event.stream])
                                               + " of its stream, which is parked"},
                0);
  bool touched = false;
  auto projected = domain.project(*instance_, event, &touched);
  if (touched)
    form_ = form::changed_by_half;
  return projected;
}

bool live_model::stands_behind(const recorded_event& event) const {
  return type_.on_poison == poison::park_stream && parked_streams_.contains(event.stream);
}

void live_model::pass(log_position position) {
  if (position > position_)
    publish(position);
}

result<void> live_model::park(const recorded_event& event, failure why, std::uint32_t attempts) {
  if (notes_.parked.size() >= most_parked_)
    return too_many_parked(most_parked_);
  {
    std::lock_guard guard{status_mutex_};
    notes_.parked.push_back(
        {event.position, event.stream, event.version, event.type, std::move(why), attempts, now()});
  }
  parked_streams_.try_emplace(event.stream, event.position);
  publish(event.position);
  return {};
}

result<void> live_model::merge(live_model& part) {
  if (notes_.parked.size() + part.notes_.parked.size() > most_parked_)
    return too_many_parked(most_parked_);
  if (auto merged = instance_->merge(*part.instance_); !merged)
    return merged;
  std::lock_guard guard{status_mutex_};
  auto& parked = notes_.parked;
  parked.insert(parked.end(), part.notes_.parked.begin(), part.notes_.parked.end());
  std::ranges::sort(parked, {}, &parked_event::position);
  return {};
}

void live_model::paused(bool now) {
  std::lock_guard guard{status_mutex_};
  notes_.paused = now;
}

bool live_model::skip(const std::vector<log_position>& positions) {
  bool all = true;
  {
    std::lock_guard guard{status_mutex_};
    for (auto position : positions) {
      if (std::ranges::find(notes_.skipped, position) != notes_.skipped.end())
        continue;
      auto parked = std::ranges::find(notes_.parked, position, &parked_event::position);
      if (position <= position_ && parked == notes_.parked.end()) {
        all = false;
        continue;
      }
      if (parked != notes_.parked.end())
        notes_.parked.erase(parked);
      notes_.skipped.push_back(position);
    }
  }
  count_parked();
  return all;
}

void live_model::count_parked() {
  parked_streams_.clear();
  for (const auto& event : notes_.parked)
    parked_streams_.try_emplace(event.stream, event.position);
}

bool live_model::leaves_out(log_position position) const {
  auto parked = std::ranges::lower_bound(notes_.parked, position, {}, &parked_event::position);
  return (parked != notes_.parked.end() && parked->position == position)
         || std::ranges::find(notes_.skipped, position) != notes_.skipped.end();
}

result<stored_model> live_model::to_stored() const {
  // Only the projector changes the model, and it is the projector that calls this: no lock.
  return to_stored(*instance_, notes_);
}

result<stored_model> live_model::to_stored(const projection_instance& instance,
                                           projection_notes notes) const {
  auto json = instance.to_json();
  if (!json)
    return json.error();
  notes.shape = shape_;
  notes.digest = stable_hash(*json);
  auto text = to_text(notes);
  if (!text)
    return text.error();
  return stored_model{
      stored_name(type_), position(), type_.schema_version, std::move(*json), generation_,
      std::move(*text),   {}};
}

projection_notes live_model::notes() const {
  std::lock_guard guard{status_mutex_};
  return notes_;
}

void live_model::stop(failure why) {
  std::lock_guard guard{status_mutex_};
  if (!stopped_)
    stopped_ = std::move(why);
  changed_.notify_all();
}

void live_model::go_on() {
  std::lock_guard guard{status_mutex_};
  stopped_.reset();
}

void live_model::publish(log_position position) {
  std::lock_guard guard{status_mutex_};
  position_ = position;
  changed_.notify_all();
}

} // namespace annals
