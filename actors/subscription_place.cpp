#include <annals/actors/subscription_place.hpp>

#include <annals/messages/text.hpp>

namespace annals {

namespace {

constexpr auto known = "{}";
constexpr auto forgotten = R"({"forgotten":true})";
constexpr std::chrono::minutes unordered{1};

// The log is in order of time but for what the writers' clocks are apart: halves lead to a little
// before the place.
result<log_position> place_of_time(event_reader& reader, timestamp time) {
  auto end = reader.last_position();
  if (!end)
    return end.error();
  log_position before = 0;
  for (auto past = *end; before < past;) {
    auto middle = before + (past - before) / 2;
    auto event = reader.read_log(middle, 1);
    if (!event)
      return event.error();
    if (event->empty() || event->front().time >= time - unordered)
      past = middle;
    else
      before = event->front().position;
  }
  for (;;) {
    auto events = reader.read_log(before, 1000);
    if (!events)
      return events.error();
    for (const auto& event : *events)
      if (event.time >= time)
        return before;
      else
        before = event.position;
    if (events->empty())
      return before;
  }
}

} // namespace

std::string place_name(std::string_view subscription) {
  return "annals.subscription." + std::string{subscription};
}

stored_model stored_place(std::string_view subscription, log_position position) {
  return {place_name(subscription), position, 1, known};
}

stored_model forgotten_place(std::string_view subscription) {
  return {place_name(subscription), 0, 1, forgotten};
}

result<bool> is_forgotten(event_reader& reader, std::string_view subscription) {
  auto stored = reader.load_model(place_name(subscription));
  if (!stored)
    return stored.error();
  return *stored && (*stored)->model == forgotten;
}

result<log_position> find_place(event_reader& reader, const subscription_settings& settings) {
  auto end = reader.last_position();
  if (!end)
    return end.error();
  if (!settings.name.empty()) {
    auto stored = reader.load_model(place_name(settings.name));
    if (!stored)
      return stored.error();
    if (*stored && (*stored)->model != forgotten) {
      if ((*stored)->checkpoint <= *end)
        return (*stored)->checkpoint;
      return failure{errc::store_corrupt,
                     "the subscription " + annals::quoted(settings.name) + " was at position "
                         + std::to_string((*stored)->checkpoint) + ", past the log's end at "
                         + std::to_string(*end)
                         + "; this is not the log that it followed. Forget the subscription to "
                           "begin anew"};
    }
  }
  switch (settings.from.what()) {
    case subscription_start::kind::now: return *end;
    case subscription_start::kind::position: return settings.from.position();
    case subscription_start::kind::time: return place_of_time(reader, settings.from.time());
    case subscription_start::kind::beginning: break;
  }
  return log_position{0};
}

} // namespace annals
