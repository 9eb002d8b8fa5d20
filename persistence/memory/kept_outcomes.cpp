#include <annals/persistence/memory/kept_outcomes.hpp>

#include <annals/persistence/append_rules.hpp>

namespace annals::memory {

bool kept_outcomes::has_final(std::string_view stream, const uuid& command_id) const {
  auto found = by_stream_.find(stream);
  return found != by_stream_.end() && found->second.answered.contains(command_id);
}

answered_commands kept_outcomes::answered_in(std::string_view stream) const {
  answered_commands answered;
  if (by_stream_.empty())
    return answered;
  auto found = by_stream_.find(stream);
  if (found != by_stream_.end())
    for (const auto& [id, number] : found->second.answered)
      answered.add(id);
  return answered;
}

std::optional<command_outcome> kept_outcomes::final_of(std::string_view stream,
                                                       const uuid& command_id) const {
  auto found = by_stream_.find(stream);
  if (found == by_stream_.end())
    return std::nullopt;
  auto number = found->second.answered.find(command_id);
  return number != found->second.answered.end() ? std::optional{by_number_.at(number->second)}
                                                : std::nullopt;
}

bool kept_outcomes::has(const command_outcome& outcome) const {
  if (is_final(outcome) && has_final(outcome.stream, outcome.command_id))
    return true;
  auto found = by_stream_.find(outcome.stream);
  if (found == by_stream_.end())
    return false;
  const auto& places = found->second.places;
  for (auto at = places.lower_bound({outcome.time, 0});
       at != places.end() && at->first == outcome.time; ++at)
    if (by_number_.at(at->second).command_id == outcome.command_id)
      return true;
  return false;
}

outcome_page kept_outcomes::list(std::uint64_t from, std::size_t limit) const {
  outcome_page page{{}, from};
  for (auto at = by_number_.upper_bound(from);
       at != by_number_.end() && page.outcomes.size() < limit; ++at) {
    page.outcomes.push_back(at->second);
    page.next = at->first;
  }
  return page;
}

void kept_outcomes::add(command_outcome outcome) {
  place at{outcome.time, next_++};
  by_age_.insert(at);
  auto& stream = by_stream_[outcome.stream];
  stream.places.insert(at);
  if (is_final(outcome))
    stream.answered.emplace(outcome.command_id, at.second);
  if (!outcome.correlation_id.is_nil())
    by_correlation_[outcome.correlation_id].insert(at);
  by_number_.emplace(at.second, std::move(outcome));
}

std::vector<command_outcome> kept_outcomes::of_stream(std::string_view stream, timestamp since,
                                                      std::size_t limit) const {
  std::vector<command_outcome> outcomes;
  auto found = by_stream_.find(stream);
  if (found == by_stream_.end())
    return outcomes;
  const auto& places = found->second.places;
  for (auto at = places.rbegin(); at != places.rend() && outcomes.size() < limit; ++at) {
    if (at->first < since)
      break;
    outcomes.push_back(by_number_.at(at->second));
  }
  return outcomes;
}

std::vector<command_outcome> kept_outcomes::of_correlation(const uuid& id,
                                                           std::size_t limit) const {
  std::vector<command_outcome> outcomes;
  auto found = by_correlation_.find(id);
  if (found == by_correlation_.end())
    return outcomes;
  for (auto at = found->second.begin(); at != found->second.end() && outcomes.size() < limit; ++at)
    outcomes.push_back(by_number_.at(at->second));
  return outcomes;
}

std::uint64_t kept_outcomes::forget(timestamp before, std::size_t limit) {
  std::uint64_t forgotten = 0;
  while (forgotten < limit && !by_age_.empty() && by_age_.begin()->first < before) {
    remove(*by_age_.begin());
    ++forgotten;
  }
  return forgotten;
}

void kept_outcomes::remove(const place& oldest) {
  auto at = oldest; // the reference may be into what is erased
  auto outcome = by_number_.extract(at.second);
  const auto& gone = outcome.mapped();
  auto stream = by_stream_.find(gone.stream);
  stream->second.places.erase(at);
  if (is_final(gone))
    stream->second.answered.erase(gone.command_id);
  if (stream->second.places.empty())
    by_stream_.erase(stream);
  if (auto found = by_correlation_.find(gone.correlation_id); found != by_correlation_.end()) {
    found->second.erase(at);
    if (found->second.empty())
      by_correlation_.erase(found);
  }
  by_age_.erase(at);
}

} // namespace annals::memory
