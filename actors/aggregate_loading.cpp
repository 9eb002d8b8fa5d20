#include <annals/actors/aggregate_state.hpp>
#include <annals/actors/replay.hpp>

#include <functional>
#include <utility>

namespace annals {

namespace {

constexpr std::size_t page_size = 1000;

} // namespace

void aggregate_state::load() {
  mode_ = mode::loading;
  try {
    instance_ = type_->make();
  } catch (...) { // of the domain's own
    return give_up_loading({errc::domain_threw, "making an empty " + type_->name + " threw"});
  }
  version_ = 0;
  memory_.clear();
  request_page();
}

void aggregate_state::request_page() {
  const auto& readers = context_->readers;
  const auto& reader = readers[std::hash<std::string>{}(stream_) % readers.size()];
  self_->send(reader, read_page{stream_, version_ + 1, page_size},
              page_receiver_actor{aggregate_actor{self_}});
}

void aggregate_state::on_page(stream_page page) {
  if (!page.events)
    return give_up_loading(page.events.error());
  if (auto taken = take_in(*page.events); !taken)
    return give_up_loading(taken.error());
  if (page.events->size() == page_size)
    request_page();
  else
    go_live();
}

result<void> aggregate_state::take_in(const std::vector<recorded_event>& events) {
  for (const auto& event : events) {
    if (auto good = check_follows(event, version_); !good)
      return good;
    if (auto evolved = instance_->evolve(event); !evolved)
      return evolved;
    version_ = event.version;
    if (event.causation_id.is_nil())
      continue;
    if (auto known = memory_.find(event.causation_id))
      *known = {event.causation_id, event.version, event.position, known->events + 1};
    else
      memory_.add({event.causation_id, event.version, event.position, 1});
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

void aggregate_state::go_live() {
  mode_ = mode::live;
  auto waiting = std::exchange(stash_, {});
  for (auto& next : waiting)
    if (mode_ == mode::live)
      decide(std::move(next));
    else
      stash_.push_back(std::move(next));
  settle_if_idle();
}

} // namespace annals
