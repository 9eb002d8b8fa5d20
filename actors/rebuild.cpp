#include <annals/actors/rebuild.hpp>

#include <annals/actors/take_on.hpp>

#include <algorithm>
#include <charconv>

namespace annals {

namespace {

constexpr std::uint32_t most_workers = 64;

result<void> check_settings(const projection_type& type, rebuild_settings how) {
  if (how.workers == 0 || how.workers > most_workers)
    return failure{errc::invalid_argument, "a rebuild has 1 to " + std::to_string(most_workers)
                                               + " workers, not " + std::to_string(how.workers)};
  if (how.workers > 1 && !type.partitioned)
    return failure{errc::invalid_argument,
                   "the projection " + type.name
                       + " has no merge(Projection& whole, Projection&& part) in its namespace and "
                         "so is rebuilt by 1 worker"};
  return {};
}

std::vector<std::string> names_of(const std::vector<stored_model>& models) {
  std::vector<std::string> names;
  for (const auto& model : models)
    names.push_back(model.projection);
  return names;
}

// "1of2" is one of two; 0 for what is no such name.
std::uint32_t workers_of(const std::string& part, const projection_type& type) {
  auto of = part.find("of", rebuild_prefix(type).size());
  std::uint32_t count = 0;
  if (of != std::string::npos)
    std::from_chars(part.data() + of + 2, part.data() + part.size(), count);
  return count <= most_workers ? count : 0;
}

} // namespace

failure rebuild_is(const projection_type& type, const std::string& what) {
  return {errc::invalid_argument, "the rebuild of " + type.name + ' ' + what};
}

result<std::vector<stored_model>> stored_parts(event_reader& reader, const projection_type& type) {
  auto all = reader.list_models();
  if (!all)
    return all.error();
  std::erase_if(*all, [prefix = rebuild_prefix(type)](const auto& model) {
    return !model.projection.starts_with(prefix);
  });
  return all;
}

std::string rebuild_prefix(const projection_type& type) { return stored_name(type) + "@rebuild."; }

std::string rebuild_part_name(const projection_type& type, std::uint32_t index, std::uint32_t of) {
  return rebuild_prefix(type) + std::to_string(index + 1) + "of" + std::to_string(of);
}

rebuild::rebuild(rebuild_parts parts, std::uint32_t workers, bool paused)
    : parts_{std::move(parts)}, phase_{paused ? rebuild_phase::paused : rebuild_phase::running} {
  for (std::uint32_t i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<worker>());
}

rebuild::~rebuild() { stop(); }

result<std::unique_ptr<rebuild>> rebuild::begin(rebuild_parts parts, rebuild_settings how) {
  if (auto good = check_settings(*parts.type, how); !good)
    return good.error();
  auto reader = parts.open_reader();
  if (!reader)
    return reader.error();
  auto old = stored_parts(**reader, *parts.type);
  if (!old)
    return old.error();
  auto first = begin_rebuild(**reader, *parts.type, parts.most_parked);
  if (!first)
    return first.error();
  auto stored = (*first)->to_stored();
  if (!stored)
    return stored.error();
  if (auto removed = parts.writer->remove_models(names_of(*old)); !removed)
    return removed.error();
  stored->projection = rebuild_part_name(*parts.type, 0, how.workers);
  if (auto saved = parts.writer->save(*stored); !saved)
    return saved.error();
  std::unique_ptr<rebuild> begun{new rebuild{std::move(parts), how.workers, false}};
  begun->start();
  return begun;
}

result<std::unique_ptr<rebuild>> rebuild::go_on(rebuild_parts parts) {
  auto reader = parts.open_reader();
  if (!reader)
    return reader.error();
  auto stored = stored_parts(**reader, *parts.type);
  if (!stored)
    return stored.error();
  auto workers = stored->empty() ? 0 : workers_of(stored->front().projection, *parts.type);
  if (workers == 0)
    return std::unique_ptr<rebuild>{};
  bool waits = std::ranges::any_of(*stored, [](const auto& part) {
    auto notes = notes_from(part.notes);
    return notes && notes->paused;
  });
  std::unique_ptr<rebuild> begun{new rebuild{std::move(parts), workers, waits}};
  begun->start();
  return begun;
}

bool rebuild::is_over() const {
  std::lock_guard guard{mutex_};
  return phase_ == rebuild_phase::done || phase_ == rebuild_phase::cancelled;
}

log_position rebuild::least_position() const {
  auto least = workers_.front()->position.load();
  for (const auto& each : workers_)
    least = std::min(least, each->position.load());
  return least;
}

rebuild_status rebuild::status() const {
  std::lock_guard guard{mutex_};
  rebuild_status now;
  now.phase = phase_;
  now.workers = static_cast<std::uint32_t>(workers_.size());
  now.position = least_position();
  now.end = std::max(end_of_log_, now.position);
  now.why = why_;
  const std::chrono::duration<double> passed = clock::now() - since_;
  if (phase_ == rebuild_phase::running && now.position > began_at_ && passed.count() > 0) {
    now.events_per_second = static_cast<double>(now.position - began_at_) / passed.count();
    now.left = std::chrono::seconds{static_cast<std::int64_t>(
        static_cast<double>(now.end - now.position) / now.events_per_second)};
  }
  return now;
}

result<void> rebuild::wait(std::chrono::milliseconds timeout) const {
  std::unique_lock lock{mutex_};
  auto settled = [&] {
    return phase_ == rebuild_phase::done || phase_ == rebuild_phase::cancelled
           || phase_ == rebuild_phase::failed || ended_;
  };
  if (!changed_.wait_for(lock, timeout, settled))
    return failure{errc::timed_out,
                   "the rebuild of " + parts_.type->name + " is not done in time; it goes on"};
  if (phase_ == rebuild_phase::done)
    return {};
  if (phase_ == rebuild_phase::failed && why_)
    return *why_;
  if (phase_ == rebuild_phase::cancelled)
    return rebuild_is(*parts_.type, "was cancelled");
  return failure{errc::stopping, "the node is stopping, or another one takes the projection over; "
                                 "the rebuild of "
                                     + parts_.type->name + " goes on there, or after the restart"};
}

} // namespace annals
