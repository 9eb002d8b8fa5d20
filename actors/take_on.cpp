#include <annals/actors/take_on.hpp>

#include <algorithm>
#include <limits>

namespace annals {

namespace {

constexpr std::size_t taken_on_at_once = 1000;
constexpr auto to_its_end = std::numeric_limits<log_position>::max();

// Sets the event aside at which `why` came, or gives `why` back; the model is good in both cases.
result<void> settle(live_model& model, model_backup& backup, const recorded_event& event,
                    const failure& why) {
  if (!model.is_whole()) {
    auto before = backup.before();
    if (!before)
      return before.error();
    model.replace(std::move(*before));
  }
  return parks(model.type(), why) ? model.park(event, why, 1) : why;
}

result<void> take_in_all(live_model& model, model_backup& backup, const registry& domain,
                         const std::vector<recorded_event>& events) {
  for (;;) {
    const auto* next = first_after(events, model.position());
    if (next == nullptr)
      return {};
    auto left = events.size() - static_cast<std::size_t>(next - events.data());
    auto taken = model.take_in({next, left}, domain);
    if (taken)
      return {};
    const auto* event = first_after(events, model.position());
    if (auto settled = settle(model, backup, *event, taken.error()); !settled)
      return settled;
  }
}

} // namespace

const recorded_event* first_after(const std::vector<recorded_event>& events,
                                  log_position position) {
  auto found = std::ranges::upper_bound(events, position, {}, &recorded_event::position);
  return found == events.end() ? nullptr : &*found;
}

bool parks(const projection_type& type, const failure& why) {
  return type.on_poison != poison::stop
         && (why.code == errc::domain_threw || why.code == errc::undecodable);
}

result<std::unique_ptr<live_model>> rebuild_projection(event_reader& reader, const registry& domain,
                                                       const projection_type& type,
                                                       std::size_t most_parked,
                                                       const replay_watch& watch) {
  auto model = begin_rebuild(reader, type, most_parked);
  if (!model)
    return model.error();
  if (auto taken = take_on(**model, reader, domain, to_its_end, {}, watch); !taken)
    return taken.error();
  return model;
}

result<std::unique_ptr<live_model>> begin_rebuild(event_reader& reader, const projection_type& type,
                                                  std::size_t most_parked) {
  auto stored = load_stored(reader, type);
  if (!stored)
    return stored.error();
  auto model = std::make_unique<live_model>(type, most_parked);
  model->stored_as({});
  projection_notes begin;
  if (*stored)
    if (auto notes = notes_from((*stored)->notes))
      begin.skipped = std::move(notes->skipped);
  model->replace(type.make(), 0, std::move(begin), 0);
  return model;
}

result<std::unique_ptr<live_model>>
catch_up_projection(event_reader& reader, const registry& domain, const projection_type& type,
                    std::size_t most_parked, const replay_watch& watch) {
  auto stored = load_stored(reader, type);
  if (!stored)
    return stored.error();
  auto end = reader.last_position();
  if (!end)
    return end.error();
  auto model = std::make_unique<live_model>(type, most_parked);
  if (*stored && !model->restore(**stored, *end))
    model = std::make_unique<live_model>(type, most_parked);
  if (auto taken = take_on(*model, reader, domain, to_its_end, {}, watch); !taken)
    return taken.error();
  return model;
}

result<void> take_on(live_model& model, event_reader& reader, const registry& domain,
                     log_position end, log_part part, const replay_watch& watch) {
  model_backup backup{model, domain, reader, part};
  while (model.position() < end) {
    auto next = read_next(reader, part, model.position(),
                          std::min(taken_on_at_once, end - model.position()));
    if (!next)
      return next.error();
    if (next->read_to == model.position())
      return {};
    std::erase_if(next->events, [&](const auto& event) { return event.position > end; });
    if (auto taken = take_in_all(model, backup, domain, next->events); !taken)
      return taken;
    model.pass(std::min(next->read_to, end));
    backup.keep_up();
    if (watch && !watch(model.position()))
      return failure{errc::stopping, "the projection " + model.type().name
                                         + " was stopped at position "
                                         + std::to_string(model.position())};
  }
  return {};
}

} // namespace annals
