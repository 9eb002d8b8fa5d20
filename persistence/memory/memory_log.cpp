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
  auto* known = found == by_name_.end() ? nullptr : found->second;
  auto version = known == nullptr ? 0 : known->version();
  if (version != request.expected_version)
    return version_conflict(request.stream, request.expected_version, version);
  auto maybe = known == nullptr ? outcomes_.answered_in(request.stream) : known->answered;
  if (!maybe.empty())
    if (const auto* answered = answered_command(request, maybe, [&](const uuid& id) {
          return outcomes_.has_final(request.stream, id);
        }))
      return answered_elsewhere(request.stream, *answered);
  if (!request.extras.empty())
    return append_with_extras(request, known);
  version = add_events(known == nullptr ? add(request.stream) : *known, request.events);
  return appended{version, events_.written()};
}

append_outcome memory_log::append_with_extras(const append_request& request, kept_stream* known) {
  if (auto good = check_extras(request); !good)
    return good.error();
  auto before = events_.written();
  if (!request.events.empty())
    add_events(known == nullptr ? add(request.stream) : *known, request.events);
  store_extras(request);
  auto last = events_.written();
  return appended{request.expected_version + request.events.size(), last != before ? last : 0};
}

// Everything is checked before anything is stored, so that nothing has to be taken back.
result<void> memory_log::check_extras(const append_request& request) const {
  if (auto good = leases_.check(request.extras.fence); !good)
    return good;
  for (const auto& part : request.extras.parts)
    if (auto version = version_locked(part.stream); version != part.expected_version)
      return version_conflict(part.stream, part.expected_version, version);
  for (const auto& wanted : request.extras.reservations) {
    const auto* holder = wanted.release ? nullptr : holder_locked(wanted.set, wanted.value);
    if (holder != nullptr && *holder != request.stream)
      return already_taken(wanted, *holder);
  }
  for (const auto& outcome : request.extras.outcomes)
    if (is_final(outcome) && outcomes_.has_final(outcome.stream, outcome.command_id))
      return answered_elsewhere(outcome.stream, outcome.command_id);
  return {};
}

stream_version memory_log::add_events(kept_stream& stream, const std::vector<new_event>& events) {
  auto version = stream.version();
  for (const auto& event : events) {
    events_.add(event, stream.name, ++version, texts_);
    stream.positions.push_back(events_.written());
  }
  return version;
}

void memory_log::store_extras(const append_request& request) {
  for (const auto& part : request.extras.parts)
    if (!part.events.empty()) {
      auto found = by_name_.find(part.stream);
      add_events(found == by_name_.end() ? add(part.stream) : *found->second, part.events);
    }
  for (const auto& wanted : request.extras.reservations) {
    auto& values = reserved_[wanted.set];
    auto [held, is_new] = values.try_emplace(wanted.value, request.stream);
    if (wanted.release && held->second == request.stream)
      values.erase(held);
  }
  for (auto outcome : request.extras.outcomes) {
    if (outcome.events != 0)
      outcome.position = events_.written();
    note(std::move(outcome));
  }
}

void memory_log::note(command_outcome outcome) {
  auto found = by_name_.find(outcome.stream);
  if (found != by_name_.end() && is_final(outcome))
    found->second->answered.add(outcome.command_id);
  outcomes_.add(std::move(outcome));
}

memory_log::kept_stream& memory_log::add(const std::string& stream) {
  auto& added = streams_.emplace_back(kept_stream{stream, {}, outcomes_.answered_in(stream)});
  by_name_.emplace(added.name, &added);
  return added;
}

result<void> memory_log::save(std::span<const stored_snapshot> snapshots, std::size_t keep) {
  if (keep == 0)
    return keeps_no_snapshots();
  std::lock_guard lock{mutex_};
  snapshots_.save(snapshots, keep);
  return {};
}

std::uint64_t memory_log::drop_snapshots(std::string_view stream) {
  std::lock_guard lock{mutex_};
  return snapshots_.drop(stream);
}

std::uint64_t memory_log::forget_outcomes(timestamp before, std::size_t limit) {
  std::lock_guard lock{mutex_};
  return outcomes_.forget(before, limit);
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
  return version_locked(stream);
}

stream_version memory_log::version_locked(std::string_view stream) const {
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

std::optional<stored_snapshot> memory_log::load_snapshot(std::string_view stream,
                                                         stream_version newest) const {
  std::lock_guard lock{mutex_};
  return snapshots_.load(stream, newest);
}

std::vector<command_outcome> memory_log::read_outcomes(std::string_view stream, timestamp since,
                                                       std::size_t limit) const {
  std::lock_guard lock{mutex_};
  return outcomes_.of_stream(stream, since, limit);
}

std::vector<command_outcome> memory_log::find_outcomes(const uuid& correlation,
                                                       std::size_t limit) const {
  std::lock_guard lock{mutex_};
  return outcomes_.of_correlation(correlation, limit);
}

std::optional<command_outcome> memory_log::find_outcome(std::string_view stream,
                                                        const uuid& command_id) const {
  std::lock_guard lock{mutex_};
  return outcomes_.final_of(stream, command_id);
}

std::optional<std::string> memory_log::holder_of(std::string_view set,
                                                 std::string_view value) const {
  std::lock_guard lock{mutex_};
  const auto* holder = holder_locked(set, value);
  return holder != nullptr ? std::optional{*holder} : std::nullopt;
}

const std::string* memory_log::holder_locked(std::string_view set, std::string_view value) const {
  auto values = reserved_.find(set);
  if (values == reserved_.end())
    return nullptr;
  auto held = values->second.find(value);
  return held != values->second.end() ? &held->second : nullptr;
}

} // namespace annals::memory
