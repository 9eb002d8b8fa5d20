#include <annals/actors/log.hpp>
#include <annals/actors/rebuild.hpp>
#include <annals/actors/take_on.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

// How long to wait for the log to grow, and for a store that fails to come back.
constexpr std::chrono::milliseconds short_wait{20};
constexpr std::chrono::milliseconds long_wait{200};

} // namespace

void rebuild::start() {
  for (std::uint32_t i = 0; i < workers_.size(); ++i)
    workers_[i]->thread = std::thread{[this, i] { work(i); }};
  coordinator_ = std::thread{[this] { coordinate(); }};
}

void rebuild::work(std::uint32_t index) {
  auto& mine = *workers_[index];
  result<std::unique_ptr<event_reader>> reader{failure{}};
  while (may_read(mine, index)) {
    if (!reader)
      reader = parts_.open_reader();
    auto good = reader ? read_on(mine, index, **reader) : reader.error();
    if (good || good.error().code == errc::stopping)
      continue;
    if (!is_transient(good.error().code)) {
      fail(good.error());
      continue;
    }
    note(good.error());
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, long_wait, [&] { return !at_work(); });
  }
}

// Waits while there is nothing to read; what it has is stored before it rests. False at the end.
bool rebuild::may_read(worker& mine, std::uint32_t index) {
  std::unique_lock lock{mutex_};
  if (at_work() && mine.at_end)
    changed_.wait_for(lock, short_wait, [&] { return !at_work() || end_at_; });
  for (;;) {
    if (ended_ || phase_ == rebuild_phase::done)
      return false;
    if (!at_work()) {
      if (!handed_over_ && !mine.at_rest) {
        lock.unlock();
        if (auto saved = save(mine, index); !saved)
          note(saved.error());
        lock.lock();
      }
      if (at_work())
        continue;
      mine.at_rest = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return ended_ || at_work(); });
    } else if (end_at_ && mine.position >= *end_at_) {
      mine.at_end = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !at_work() || !end_at_ || mine.position < *end_at_; });
    } else {
      mine.at_end = false; // nobody may count on where it is while it reads
      return true;
    }
  }
}

result<void> rebuild::read_on(worker& mine, std::uint32_t index, event_reader& reader) {
  if (!mine.model)
    if (auto prepared = prepare(mine, index, reader); !prepared)
      return prepared;
  if (auto heeded = heed_orders(mine, reader); !heeded)
    return heeded;
  auto end = reader.last_position();
  if (!end)
    return end.error();
  {
    std::lock_guard guard{mutex_};
    end_of_log_ = std::max(end_of_log_, *end);
    end = end_at_.value_or(*end);
  }
  auto watch = [&](log_position position) {
    mine.position = position;
    if (clock::now() >= mine.save_due)
      if (auto saved = save(mine, index); !saved)
        note(saved.error());
    std::lock_guard guard{mutex_};
    return at_work();
  };
  log_part part{index, static_cast<std::uint32_t>(workers_.size())};
  auto taken = take_on(*mine.model, reader, *parts_.domain, *end, part, watch);
  std::lock_guard guard{mutex_};
  mine.position = mine.model->position();
  mine.at_end = taken && mine.position >= *end;
  changed_.notify_all();
  return taken;
}

// From where it was, where what is stored is of use.
result<void> rebuild::prepare(worker& mine, std::uint32_t index, event_reader& reader) {
  auto stored = reader.load_model(part_name(index));
  auto end = reader.last_position();
  if (!stored || !end)
    return !stored ? stored.error() : end.error();
  auto model = std::make_unique<live_model>(*parts_.type, parts_.most_parked);
  model->stored_as(part_name(index));
  auto restored = *stored ? model->restore(**stored, *end) : result<void>{};
  if (!restored)
    log().warn("the rebuild of {} begins anew: what is stored of it is of no use: {}",
               parts_.type->name, restored.error().message);
  if (!*stored || !restored) {
    auto fresh = begin_rebuild(reader, *parts_.type, parts_.most_parked);
    if (!fresh)
      return fresh.error();
    model = std::move(*fresh);
  }
  mine.model = std::move(model);
  mine.heeded.reset();
  std::lock_guard guard{mutex_};
  mine.position = mine.model->position();
  began_at_ = least_position();
  since_ = clock::now();
  return {};
}

// A large model is saved less often, so that saving stays a small part of the work.
result<void> rebuild::save(worker& mine, std::uint32_t index) {
  if (!mine.model)
    return {};
  bool paused = false;
  {
    std::lock_guard guard{mutex_};
    paused = phase_ == rebuild_phase::paused;
  }
  mine.model->paused(paused);
  auto begin = clock::now();
  auto stored = mine.model->to_stored();
  if (!stored)
    return stored.error();
  stored->projection = part_name(index);
  stored->fence = parts_.fence;
  auto saved = parts_.writer->save(*stored);
  mine.stored_paused = saved && paused;
  if (saved)
    mine.model->stored_as(part_name(index));
  auto took = clock::now() - begin;
  mine.save_due = clock::now() + std::max<clock::duration>(parts_.save_interval, 20 * took);
  return saved;
}

// Each worker sees the end of the log at another time; when all have, they go to one position.
void rebuild::coordinate() {
  while (wait_until_all_are_at_end()) {
    auto merged = whole_ ? result<void>{} : merge_parts();
    auto done = merged ? switch_over() : merged.error();
    if (done && *done)
      return end_switch(rebuild_phase::done);
    if (done)
      begin_parts_again();
    end_switch({});
    if (done)
      continue;
    if (!is_transient(done.error().code) && done.error().code != errc::model_replaced) {
      fail(done.error());
      continue;
    }
    note(done.error());
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, long_wait, [&] { return !at_work(); });
  }
}

bool rebuild::wait_until_all_are_at_end() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [&] {
      return ended_ || (at_work() && std::ranges::all_of(workers_, [](const auto& each) {
                          return each->at_end;
                        }));
    });
    if (ended_)
      return false;
    if (end_at_) {
      handed_over_ = switching_ = true;
      return true;
    }
    for (const auto& each : workers_)
      end_at_ = std::max(end_at_.value_or(0), each->position.load());
    for (auto& each : workers_)
      each->at_end = each->position >= *end_at_;
    changed_.notify_all();
  }
}

// The workers are at rest at the end and touch nothing meanwhile.
result<void> rebuild::merge_parts() {
  auto whole = std::move(workers_.front()->model);
  result<void> merged;
  for (std::size_t i = 1; i < workers_.size() && merged; ++i)
    merged = whole->merge(*workers_[i]->model);
  if (!merged) {
    begin_parts_again();
    return merged;
  }
  // What is left of them is nothing to be stored.
  for (auto& each : workers_)
    each->model.reset();
  whole_ = std::move(whole);
  whole_->paused(false);
  if (workers_.size() > 1)
    whole_->stored_as({}); // what is stored is parts of it
  return merged;
}

// From what is stored of them.
void rebuild::begin_parts_again() {
  whole_.reset();
  std::lock_guard guard{mutex_};
  handed_over_ = false;
  end_at_.reset();
  for (auto& each : workers_) {
    each->model.reset();
    each->position = 0;
    each->at_end = false;
  }
  changed_.notify_all();
}

// False where it has to begin anew.
result<bool> rebuild::switch_over() {
  std::vector<std::string> parts;
  for (std::uint32_t i = 0; i < workers_.size(); ++i)
    parts.push_back(part_name(i));
  auto put = parts_.desk->ask(
      [&](projector_orders& projector) { return projector.put_in_place(*whole_, parts); });
  if (!put)
    return put.error();
  if (*put)
    log().info("the rebuilt model of {} is in place at position {}", parts_.type->name, **put);
  return put->has_value();
}

void rebuild::fail(const failure& why) {
  log().error("the rebuild of {} cannot go on: {}", parts_.type->name, to_string(why));
  std::lock_guard guard{mutex_};
  why_ = why;
  if (phase_ == rebuild_phase::running)
    phase_ = rebuild_phase::failed;
  changed_.notify_all();
}

void rebuild::note(std::optional<failure> why) {
  std::lock_guard guard{mutex_};
  why_ = std::move(why);
}

// With a phase, it is over.
void rebuild::end_switch(std::optional<rebuild_phase> phase) {
  std::lock_guard guard{mutex_};
  switching_ = false;
  if (phase) {
    phase_ = *phase;
    why_.reset();
  }
  changed_.notify_all();
}

std::string rebuild::part_name(std::uint32_t index) const {
  return rebuild_part_name(*parts_.type, index, static_cast<std::uint32_t>(workers_.size()));
}

} // namespace annals
