#include <annals/persistence/memory/memory_log.hpp>

#include <annals/persistence/append_rules.hpp>

#include <algorithm>

namespace annals::memory {

std::vector<append_outcome> memory_log::append(std::span<const append_request> requests) {
  std::vector<append_outcome> outcomes;
  outcomes.reserve(requests.size());
  std::lock_guard lock{mutex_};
  for (const auto& request : requests)
    outcomes.push_back(append_one(request));
  events_.publish();
  return outcomes;
}

append_outcome memory_log::append_one(const append_request& request) {
  if (auto good = check_request(request); !good)
    return good.error();
  auto found = by_name_.find(request.stream);
  auto version = found == by_name_.end() ? 0 : found->second->version();
  if (version != request.expected_version)
    return version_conflict(request.stream, request.expected_version, version);
  auto& stream = found == by_name_.end() ? add(request.stream) : *found->second;
  for (const auto& event : request.events) {
    events_.add(event, stream.name, ++version, texts_);
    stream.positions.push_back(events_.written());
  }
  return appended{version, events_.written()};
}

memory_log::kept_stream& memory_log::add(const std::string& stream) {
  auto& added = streams_.emplace_back(kept_stream{stream, {}});
  by_name_.emplace(added.name, &added);
  return added;
}

void memory_log::save(const stored_model& model) {
  auto kept = std::make_shared<const stored_model>(model);
  std::lock_guard lock{mutex_};
  models_.insert_or_assign(model.projection, std::move(kept));
}

std::vector<recorded_event> memory_log::read_stream(std::string_view stream,
                                                    const stream_slice& slice) const {
  auto wanted = positions_of(stream, slice);
  if (slice.order == direction::backwards)
    std::ranges::reverse(wanted);
  return events_at(wanted);
}

std::vector<log_position> memory_log::positions_of(std::string_view stream,
                                                   const stream_slice& slice) const {
  std::lock_guard lock{mutex_};
  const auto* found = find(stream);
  if (found == nullptr)
    return {};
  auto first = std::max<stream_version>(slice.from, 1) - 1;
  auto last = std::min<stream_version>(slice.to, found->version());
  if (first >= last)
    return {};
  auto count = std::min<stream_version>(slice.limit, last - first);
  if (slice.order == direction::backwards)
    first = last - count;
  auto from = found->positions.begin() + static_cast<std::ptrdiff_t>(first);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

std::vector<recorded_event> memory_log::read_log(log_position after, std::size_t limit) const {
  std::vector<recorded_event> events;
  log_position end = events_.size();
  if (after >= end)
    return events;
  auto last = after + std::min<log_position>(limit, end - after);
  events.reserve(last - after);
  for (auto position = after; position < last; ++position)
    events.push_back(events_[position].at(position + 1));
  return events;
}

std::vector<recorded_event> memory_log::find_by_correlation(const uuid& id, log_position after,
                                                            std::size_t limit) {
  return events_at(correlations_.find(id, after, limit));
}

std::vector<recorded_event>
memory_log::events_at(const std::vector<log_position>& positions) const {
  std::vector<recorded_event> events;
  events.reserve(positions.size());
  for (auto position : positions)
    events.push_back(events_[position - 1].at(position));
  return events;
}

const memory_log::kept_stream* memory_log::find(std::string_view stream) const {
  auto found = by_name_.find(stream);
  return found == by_name_.end() ? nullptr : found->second;
}

stream_version memory_log::version_of(std::string_view stream) const {
  std::lock_guard lock{mutex_};
  const auto* found = find(stream);
  return found == nullptr ? 0 : found->version();
}

std::vector<stream_info> memory_log::list_streams(std::string_view after, std::size_t limit) const {
  // Names stay where they are, so sorting and copying need no lock.
  std::vector<std::pair<std::string_view, stream_version>> found;
  {
    std::lock_guard lock{mutex_};
    for (const auto& stream : streams_)
      if (stream.name > after)
        found.emplace_back(stream.name, stream.version());
  }
  auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(limit, found.size()));
  std::partial_sort(found.begin(), end, found.end());
  std::vector<stream_info> streams;
  for (auto entry = found.begin(); entry != end; ++entry)
    streams.push_back({std::string{entry->first}, entry->second});
  return streams;
}

std::optional<stored_model> memory_log::load_model(std::string_view projection) const {
  std::shared_ptr<const stored_model> kept;
  {
    std::lock_guard lock{mutex_};
    auto found = models_.find(projection);
    if (found == models_.end())
      return std::nullopt;
    kept = found->second;
  }
  return *kept;
}

std::vector<stored_model> memory_log::list_models() const {
  std::lock_guard lock{mutex_};
  std::vector<stored_model> models;
  for (const auto& [name, model] : models_)
    models.push_back({name, model->checkpoint, model->schema_version, {}});
  return models;
}

} // namespace annals::memory
