#include <annals/actors/participant_reading.hpp>

#include <annals/actors/replay.hpp>
#include <annals/actors/snapshots.hpp>
#include <annals/messages/thrown.hpp>

#include <span>

namespace annals {

namespace {

constexpr std::size_t events_a_page = 1000;

} // namespace

participant_reading::participant_reading(const aggregate_type& of, const participant& who)
    : type_{&of}, stream_{stream_name(who.aggregate, who.id)} {}

read_page participant_reading::next(std::uint64_t question) {
  question_ = question;
  return {stream_, version_ + 1, events_a_page, from_snapshot_ && version_ == 0, {}, question};
}

result<bool> participant_reading::take(const stream_page& page, const aggregate_context& context) {
  if (!page.events)
    return page.events.error();
  auto taken = take_in(page, context);
  if (taken) {
    if (page.events->size() == events_a_page)
      return false;
    question_ = 0;
    return true;
  }
  if (!from_snapshot_ || !page.snapshot)
    return taken.error();
  context.counts->snapshots_ignored.fetch_add(1, std::memory_order_relaxed);
  warn_of_ignored_snapshot(stream_, taken.error());
  from_snapshot_ = false;
  version_ = 0;
  return false;
}

result<void> participant_reading::take_in(const stream_page& page,
                                          const aggregate_context& context) {
  if (version_ == 0)
    if (auto begun = begin(); !begun)
      return begun;
  std::span<const recorded_event> events{*page.events};
  if (page.snapshot) {
    auto restored = restore_snapshot(*context.domain, *type_, *instance_, *page.snapshot, events);
    if (!restored)
      return restored;
    version_ = page.snapshot->version;
    position_ = page.snapshot->position;
    events = events.subspan(1);
  }
  for (const auto& event : events) {
    if (auto good = check_follows(event, version_); !good)
      return good;
    if (auto evolved = context.domain->evolve(*instance_, event); !evolved)
      return evolved;
    version_ = event.version;
    position_ = event.position;
    ++events_since_snapshot_;
    bytes_since_snapshot_ += event.payload.size();
  }
  return {};
}

result<void> participant_reading::begin() {
  events_since_snapshot_ = bytes_since_snapshot_ = 0;
  try {
    instance_ = type_->make();
    return {};
  } catch (...) { // of the domain's own
    return failure{errc::domain_threw,
                   "making an empty " + type_->name + " threw: " + what_was_thrown()};
  }
}

std::optional<stored_snapshot>
participant_reading::due_snapshot(const aggregate_context& context) const {
  if (!context.snapshots.are_due(events_since_snapshot_, bytes_since_snapshot_))
    return std::nullopt;
  return try_snapshot(*type_, stream_, *instance_, version_, position_, context.clock());
}

} // namespace annals
