#include <annals/actors/log.hpp>
#include <annals/actors/rebuild.hpp>
#include <annals/actors/take_on.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

// What a person orders of a rebuild, one order at a time, or of its projection meanwhile. Whoever
// ends the rebuild says so first, and so waits for no order for long.

bool rebuild::has_ended() const {
  return phase_ == rebuild_phase::done || phase_ == rebuild_phase::cancelled || ended_;
}

result<void> rebuild::pause() {
  std::lock_guard one_order{orders_};
  std::unique_lock lock{mutex_};
  // What is being put in place is in place, or is not, before it is said to wait.
  changed_.wait(lock, [&] { return has_ended() || !switching_; });
  if (has_ended())
    return rebuild_is(*parts_.type, "is over; there is nothing to pause");
  const auto before = std::exchange(phase_, rebuild_phase::paused);
  changed_.notify_all();
  changed_.wait(lock, [&] {
    return has_ended()
           || std::ranges::all_of(workers_, [](const auto& each) { return each->at_rest; });
  });
  if (has_ended())
    return rebuild_is(*parts_.type, "is over; there is nothing to pause");
  lock.unlock();
  auto stored = store_paused();
  if (stored)
    return stored;
  lock.lock();
  phase_ = before;
  if (before == rebuild_phase::running)
    wake_workers();
  return stored;
}

// The workers are at rest, and leave their models alone.
result<void> rebuild::store_paused() {
  bool any_stored = false;
  for (std::uint32_t i = 0; i < workers_.size(); ++i) {
    auto& each = *workers_[i];
    if (!each.model)
      continue;
    if (!each.stored_paused)
      if (auto saved = save(each, i); !saved)
        return saved;
    any_stored = true;
  }
  return any_stored ? result<void>{} : mark_stored(true);
}

// Where no worker has begun, or all have handed over, and so none stores it.
result<void> rebuild::mark_stored(bool paused) {
  auto reader = parts_.open_reader();
  if (!reader)
    return reader.error();
  auto stored = stored_parts(**reader, *parts_.type);
  if (!stored)
    return stored.error();
  for (auto& each : *stored) {
    auto notes = notes_from(each.notes);
    if (!notes || std::exchange(notes->paused, paused) == paused)
      continue;
    auto whole = (*reader)->load_model(each.projection);
    auto text = to_text(*notes);
    if (!whole || !text)
      return !whole ? whole.error() : text.error();
    if (!*whole)
      continue;
    (*whole)->notes = std::move(*text);
    (*whole)->fence = parts_.fence;
    if (auto saved = parts_.writer->save(**whole); !saved)
      return saved;
  }
  return {};
}

result<void> rebuild::resume() {
  std::lock_guard one_order{orders_};
  std::unique_lock lock{mutex_};
  const bool paused = phase_ == rebuild_phase::paused;
  if (ended_ || (!paused && phase_ != rebuild_phase::failed))
    return rebuild_is(*parts_.type, "neither waits nor has failed; there is nothing to resume");
  lock.unlock();
  if (paused)
    if (auto stored = mark_stored(false); !stored)
      return stored;
  lock.lock();
  phase_ = rebuild_phase::running;
  why_.reset();
  wake_workers();
  return {};
}

void rebuild::wake_workers() {
  since_ = clock::now();
  began_at_ = least_position();
  for (auto& each : workers_)
    each->at_rest = false;
  changed_.notify_all();
}

result<void> rebuild::cancel() {
  end();
  std::lock_guard one_order{orders_};
  join();
  if (is_over())
    return rebuild_is(*parts_.type, "is over; there is nothing to cancel");
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < workers_.size(); ++i)
    names.push_back(part_name(i));
  auto removed = parts_.writer->remove_models(names);
  std::lock_guard guard{mutex_};
  phase_ = removed ? rebuild_phase::cancelled : rebuild_phase::failed;
  if (!removed)
    why_ = removed.error();
  changed_.notify_all();
  return removed;
}

void rebuild::end() {
  std::lock_guard guard{mutex_};
  ended_ = true;
  changed_.notify_all();
}

void rebuild::stop() {
  end();
  std::lock_guard one_order{orders_};
  join();
}

void rebuild::join() {
  for (auto& each : workers_)
    if (each->thread.joinable())
      each->thread.join();
  if (coordinator_.joinable())
    coordinator_.join();
}

// What was skipped by hand since it began is passed over too. Where it has taken such an event in
// already it begins anew: what an event has changed cannot be taken back.
result<void> rebuild::heed_orders(worker& mine, event_reader& reader) {
  const auto name = stored_name(*parts_.type);
  auto generation = reader.generation_of(name);
  if (!generation || !*generation || *generation == mine.heeded)
    return generation ? result<void>{} : generation.error();
  auto models = reader.list_models();
  if (!models)
    return models.error();
  auto live = std::ranges::find(*models, name, &stored_model::projection);
  auto notes = live != models->end() ? notes_from(live->notes) : projection_notes{};
  if (notes && !mine.model->skip(notes->skipped)) {
    log().info("the rebuild of {} begins anew: an event that it had taken in was skipped by hand",
               parts_.type->name);
    auto fresh = begin_rebuild(reader, *parts_.type, parts_.most_parked);
    if (!fresh)
      return fresh.error();
    mine.model = std::move(*fresh);
    std::lock_guard guard{mutex_};
    mine.position = 0;
  }
  mine.heeded = **generation;
  return {};
}

} // namespace annals
