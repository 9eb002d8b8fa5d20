#include <annals/actors/aggregate_state.hpp>
#include <annals/actors/recall.hpp>
#include <annals/actors/replay.hpp>
#include <annals/actors/snapshots.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace annals {

namespace {

constexpr std::size_t page_size = 1000;

} // namespace

void aggregate_state::load() {
  load_began_ = std::chrono::steady_clock::now();
  load_from(true);
}

void aggregate_state::load_from(bool snapshot) {
  mode_ = mode::loading;
  try {
    instance_ = type_->make();
  } catch (...) { // of the domain's own
    return give_up_loading({errc::domain_threw, "making an empty " + type_->name + " threw"});
  }
  version_ = 0;
  position_ = 0;
  first_loaded_ = 1;
  memory_.clear();
  recalled_ = false;
  events_since_snapshot_ = bytes_since_snapshot_ = 0;
  request_page(snapshot);
}

recall_wish aggregate_state::wish() const {
  recall_wish wanted{
      1, context_->clock() - context_->command_window, context_->remembered_commands, {}};
  for (const auto& waiting : stash_)
    if (!waiting.fresh)
      wanted.waiting.push_back(waiting.envelope.command_id);
  return wanted;
}

void aggregate_state::take_recalled(stream_page& page) {
  memory_.add_older(std::move(*page.recalled));
  recalled_ = true;
  for (auto& known : page.answered)
    for (auto& waiting : stash_)
      if (!waiting.fresh && waiting.envelope.command_id == known.id)
        waiting.known = std::make_shared<command_memory::entry>(known);
}

bool aggregate_state::has_to_recall() const {
  return std::ranges::any_of(stash_, [](const auto& waiting) { return !waiting.fresh; });
}

void aggregate_state::request_page(bool from_snapshot) {
  read_page wanted{stream_, version_ + 1, page_size, from_snapshot, {}, ++question_};
  if (!recalled_ && version_ == 0 && has_to_recall())
    wanted.recall = wish();
  ask_reader(std::move(wanted));
}

// For what the memory lacks: everything up to the snapshot, and what led to no events.
void aggregate_state::request_recall() {
  mode_ = mode::recalling;
  read_page wanted{stream_, 1, 0, false, wish(), ++question_};
  wanted.recall->before = first_loaded_;
  ask_reader(std::move(wanted));
}

void aggregate_state::ask_reader(read_page wanted) {
  const auto& readers = context_->readers;
  self_->send(readers[std::hash<std::string>{}(wanted.stream) % readers.size()], std::move(wanted),
              page_receiver_actor{aggregate_actor{self_}});
}

void aggregate_state::on_page(stream_page page) {
  if (mode_ == mode::joining)
    return on_page_of_other(page);
  if (page.question != question_ || (mode_ != mode::loading && mode_ != mode::recalling))
    return;
  if (!page.events)
    return mode_ == mode::loading ? give_up_loading(page.events.error())
                                  : give_up_recalling(page.events.error());
  if (page.recalled)
    take_recalled(page);
  if (mode_ == mode::recalling)
    return go_live();
  if (page.snapshot_trouble)
    ignore_snapshot(*page.snapshot_trouble);
  std::span<const recorded_event> events{*page.events};
  if (page.snapshot) {
    if (!take_snapshot(page))
      return load_from(false);
    events = events.subspan(1);
  }
  if (auto taken = take_in(events); !taken)
    return page.snapshot ? load_from(false) : give_up_loading(taken.error());
  if (page.events->size() == page_size)
    return request_page(false);
  go_live();
}

bool aggregate_state::take_snapshot(const stream_page& page) {
  const auto& snapshot = *page.snapshot;
  auto restored = restore_snapshot(*context_->domain, *type_, *instance_, snapshot, *page.events);
  if (!restored) {
    ignore_snapshot(restored.error());
    return false;
  }
  version_ = snapshot.version;
  position_ = snapshot.position;
  first_loaded_ = version_ + 1;
  return true;
}

void aggregate_state::ignore_snapshot(const failure& why) {
  context_->counts->snapshots_ignored.fetch_add(1, std::memory_order_relaxed);
  warn_of_ignored_snapshot(stream_, why);
}

result<void> aggregate_state::take_in(std::span<const recorded_event> events) {
  for (const auto& event : events) {
    if (auto good = check_follows(event, version_); !good)
      return good;
    if (auto evolved = context_->domain->evolve(*instance_, event); !evolved)
      return evolved;
    version_ = event.version;
    position_ = event.position;
    ++events_since_snapshot_;
    bytes_since_snapshot_ += event.payload.size();
    count_event(memory_, event);
  }
  return {};
}

void aggregate_state::give_up_loading(const failure& why) {
  mode_ = mode::unloaded;
  instance_.reset();
  for (auto& waiting : std::exchange(stash_, {})) {
    waiting.answer = why;
    answer(waiting);
  }
  settle_if_idle();
}

// What is under way goes on; only who waits for the recall cannot be answered.
void aggregate_state::give_up_recalling(const failure& why) {
  mode_ = mode::live;
  for (auto& waiting : std::exchange(stash_, {})) {
    waiting.what = pending_command::kind::fixed;
    waiting.answer = why;
    queue(std::move(waiting));
  }
  settle_if_idle();
}

void aggregate_state::go_live() {
  bool loaded = mode_ == mode::loading;
  if (!recalled_ && has_to_recall())
    return request_recall();
  mode_ = mode::live;
  if (loaded && idle())
    snapshot_after_loading();
  auto waiting = std::exchange(stash_, {});
  for (auto& next : waiting)
    if (mode_ == mode::live)
      decide(std::move(next));
    else
      stash_.push_back(std::move(next));
  settle_if_idle();
}

} // namespace annals
