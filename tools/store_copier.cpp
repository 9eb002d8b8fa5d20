#include <annals/tools/store_copier.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace annals::tools {

namespace {

constexpr std::size_t page_size = 1000;

failure other_log(log_position position) {
  return {errc::version_conflict, "the store to copy to has another event at position "
                                      + std::to_string(position)
                                      + " than the one to copy from; copy to a new store"};
}

failure written_meanwhile(log_position position) {
  return {errc::version_conflict, "another program has written to the store that is copied to, at "
                                  "position "
                                      + std::to_string(position)
                                      + "; stop it, and copy to a new store"};
}

// Neighbours of one stream make one request.
std::vector<append_request> requests_for(std::vector<recorded_event> events) {
  std::vector<append_request> requests;
  for (auto& event : events) {
    if (requests.empty() || requests.back().stream != event.stream)
      requests.push_back({event.stream, event.version - 1, {}});
    requests.back().events.push_back(std::move(event));
  }
  return requests;
}

// The values that a store holds, one after the other.
class value_walk {
public:
  explicit value_walk(event_reader& reader) : reader_{reader} {}

  /// The next one, until `pass`; nothing at the end.
  result<std::optional<held_value>> look() {
    if (at_ == page_.size() && !has_ended_) {
      auto page = reader_.list_values(after_, page_size);
      if (!page)
        return page.error();
      page_ = std::move(*page);
      at_ = 0;
      has_ended_ = page_.empty();
      if (!has_ended_)
        after_ = page_.back();
    }
    return at_ < page_.size() ? std::optional{page_[at_]} : std::nullopt;
  }

  void pass() { ++at_; }

private:
  event_reader& reader_;
  held_value after_;
  std::vector<held_value> page_;
  std::size_t at_ = 0;
  // Then no more is asked for: what is stored behind the end meanwhile was not there.
  bool has_ended_ = false;
};

auto key(const held_value& value) { return std::tie(value.set, value.value); }

// What makes the values of one store those of the other: the next difference, or nothing.
result<std::optional<held_value>> next_difference(value_walk& from, value_walk& to) {
  for (;;) {
    auto wanted = from.look();
    auto there = to.look();
    if (!wanted || !there)
      return wanted ? there.error() : wanted.error();
    if (!*wanted && !*there)
      return std::nullopt;
    bool only_there = !*wanted || (*there && key(**there) < key(**wanted));
    bool only_wanted = !*there || (*wanted && key(**wanted) < key(**there));
    if (!only_wanted)
      to.pass();
    if (only_there)
      return held_value{(*there)->set, (*there)->value, {}};
    from.pass();
    if (only_wanted || (*wanted)->stream != (*there)->stream)
      return **wanted;
  }
}

} // namespace

outcome<> store_copier::begin() {
  auto end = to_.last_position();
  if (!end)
    return tool_failure{end.error()};
  position_ = *end;
  for (auto position : {log_position{1}, position_}) {
    if (position_ == 0)
      return {};
    auto there = to_.read_log(position - 1, 1);
    auto here = from_.read_log(position - 1, 1);
    if (!there || !here)
      return tool_failure{there ? here.error() : there.error()};
    if (here->empty() || there->empty() || here->front() != there->front())
      return tool_failure{other_log(position)};
  }
  return {};
}

outcome<std::uint64_t> store_copier::copy_events() {
  auto events = from_.read_log(position_, page_size);
  if (!events)
    return tool_failure{events.error()};
  if (events->empty())
    return std::uint64_t{0};
  auto count = events->size();
  auto last = events->back().position;
  auto outcomes = store_.append(requests_for(std::move(*events)));
  for (const auto& stored : outcomes)
    if (!stored)
      return tool_failure{stored.error().code == errc::version_conflict
                              ? written_meanwhile(position_ + 1)
                              : stored.error()};
  if (outcomes.back()->position != last)
    return tool_failure{written_meanwhile(position_ + 1)};
  position_ = last;
  events_ += count;
  return std::uint64_t{count};
}

// Checkpoints come first: what they stand at is in the log that is read after them.
outcome<> store_copier::finish() {
  auto listed = from_.list_models();
  if (!listed)
    return tool_failure{listed.error()};
  std::vector<stored_model> models;
  for (const auto& each : *listed) {
    auto model = from_.load_model(each.projection);
    if (!model)
      return tool_failure{model.error()};
    if (*model)
      models.push_back(std::move(**model));
  }
  auto end = from_.last_position();
  if (!end)
    return tool_failure{end.error()};
  while (position_ < *end)
    if (auto copied = copy_events(); !copied)
      return copied.error();
  if (auto copied = copy_outcomes(); !copied)
    return copied;
  if (auto copied = copy_values(); !copied)
    return copied;
  return save(models);
}

// Up to the first one of events that are not copied yet: without its events it would keep them out.
// The rest comes with the next copy, in the order in which they came.
outcome<> store_copier::copy_outcomes() {
  outcomes_ = 0;
  for (std::uint64_t from = 0;;) {
    auto page = from_.list_outcomes(from, page_size);
    if (!page)
      return tool_failure{page.error()};
    if (page->outcomes.empty())
      return {};
    auto ahead = std::ranges::find_if(page->outcomes,
                                      [&](const auto& one) { return one.position > position_; });
    bool is_last = ahead != page->outcomes.end();
    page->outcomes.erase(ahead, page->outcomes.end());
    if (auto taken = store_.take_over(page->outcomes, {}); !taken)
      return tool_failure{taken.error()};
    outcomes_ += page->outcomes.size();
    if (is_last)
      return {};
    from = page->next;
  }
}

// Stores list broken UTF-8 in orders of their own, so what seems to be free may only stand
// elsewhere.
outcome<bool> store_copier::is_needed(const held_value& change) {
  if (!change.stream.empty())
    return true;
  auto holder = from_.holder_of(change.set, change.value);
  if (!holder)
    return tool_failure{holder.error()};
  return !holder->has_value();
}

outcome<> store_copier::copy_values() {
  std::vector<held_value> changes;
  value_walk wanted{from_};
  value_walk there{to_};
  for (;;) {
    auto next = next_difference(wanted, there);
    if (!next)
      return tool_failure{next.error()};
    if (*next) {
      auto needed = is_needed(**next);
      if (!needed)
        return needed.error();
      if (*needed)
        changes.push_back(std::move(**next));
    }
    if (changes.size() == page_size || !*next) {
      if (auto taken = store_.take_over({}, changes); !taken)
        return tool_failure{taken.error()};
      values_ += changes.size();
      changes.clear();
    }
    if (!*next)
      return {};
  }
}

// Those that are gone from the other store, as the parts of a rebuild that has ended.
outcome<> store_copier::remove_all_but(const std::vector<stored_model>& models) {
  auto there = to_.list_models();
  if (!there)
    return tool_failure{there.error()};
  std::vector<std::string> gone;
  for (auto& one : *there)
    if (std::ranges::find(models, one.projection, &stored_model::projection) == models.end())
      gone.push_back(std::move(one.projection));
  if (auto removed = store_.remove_models(gone); !removed)
    return tool_failure{removed.error()};
  return {};
}

outcome<> store_copier::save(const std::vector<stored_model>& models) {
  models_ = 0;
  if (auto removed = remove_all_but(models); !removed)
    return removed;
  for (const auto& model : models) {
    if (model.checkpoint > position_)
      continue;
    // An earlier copy may be of another generation, which a save does not take the place of.
    if (auto removed = store_.remove_models({&model.projection, 1}); !removed)
      return tool_failure{removed.error()};
    if (auto saved = store_.save_model(model); !saved)
      return tool_failure{saved.error()};
    ++models_;
  }
  return {};
}

} // namespace annals::tools
