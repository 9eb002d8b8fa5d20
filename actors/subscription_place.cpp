#include <annals/actors/subscription_place.hpp>

#include <annals/messages/json.hpp>
#include <annals/messages/text.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace annals {

namespace {

// As JSON beside the checkpoint. A subscription with one partition says nothing.
struct place_notes {
  bool forgotten = false;
  std::uint32_t partitions = 1;
  std::string since;
};
BOOST_DESCRIBE_STRUCT(place_notes, (), (forgotten, partitions, since))

constexpr auto plain_notes = "{}";
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

result<log_position> within_log(event_reader& reader, std::string_view subscription,
                                log_position place) {
  auto end = reader.last_position();
  if (!end)
    return end.error();
  if (place <= *end)
    return place;
  return failure{errc::store_corrupt,
                 "the subscription " + annals::quoted(subscription) + " was at position "
                     + std::to_string(place) + ", past the log's end at " + std::to_string(*end)
                     + "; this is not the log that it followed. Forget the subscription to "
                       "begin anew"};
}

result<place_notes> notes_in(const stored_model& stored, std::string_view subscription) {
  auto notes =
      from_json<place_notes>(stored.model, unknown_members::ignore, missing_members::take_default);
  if (!notes)
    return failure{errc::store_corrupt, "what is stored of the subscription "
                                            + annals::quoted(subscription)
                                            + " cannot be read: " + notes.error().message
                                            + "; forget the subscription to begin anew"};
  return *notes;
}

} // namespace

std::string place_name(std::string_view subscription) {
  return "annals.subscription." + std::string{subscription};
}

std::string place_name(std::string_view subscription, std::uint32_t partition) {
  return "annals.subscription-part." + std::to_string(partition) + "." + std::string{subscription};
}

stored_model stored_place(std::string_view subscription, log_position position) {
  return {place_name(subscription), position, 1, plain_notes};
}

stored_model stored_partitions(std::string_view subscription, const known_subscription& known) {
  boost::json::object notes{{"partitions", known.partitions}, {"since", known.since}};
  return {place_name(subscription), known.position, 1, boost::json::serialize(notes)};
}

stored_model forgotten_place(std::string_view subscription) {
  return {place_name(subscription), 0, 1, forgotten};
}

failure other_partitions(std::string_view subscription, std::uint32_t stored,
                         std::uint32_t wanted) {
  return {errc::invalid_argument, "the subscription " + annals::quoted(subscription)
                                      + " is stored with partitions = " + std::to_string(stored)
                                      + ", and not " + std::to_string(wanted)
                                      + "; give that number, or have it begin anew with another "
                                        "by forget_subscription"};
}

result<std::optional<known_subscription>> find_subscription(event_reader& reader,
                                                            std::string_view subscription) {
  auto stored = reader.load_model(place_name(subscription));
  if (!stored)
    return stored.error();
  if (!*stored)
    return std::optional<known_subscription>{};
  auto notes = notes_in(**stored, subscription);
  if (!notes)
    return notes.error();
  if (notes->forgotten)
    return std::optional<known_subscription>{};
  return std::optional{
      known_subscription{(*stored)->checkpoint, notes->partitions, std::move(notes->since)}};
}

result<log_position> find_place(event_reader& reader, const subscription_settings& settings) {
  if (!settings.name.empty()) {
    auto stored = find_subscription(reader, settings.name);
    if (!stored)
      return stored.error();
    if (*stored && (*stored)->partitions != settings.partitions)
      return other_partitions(settings.name, (*stored)->partitions, settings.partitions);
    if (*stored)
      return within_log(reader, settings.name, (*stored)->position);
  }
  switch (settings.from.what()) {
    case subscription_start::kind::now: return reader.last_position();
    case subscription_start::kind::position: return settings.from.position();
    case subscription_start::kind::time: return place_of_time(reader, settings.from.time());
    case subscription_start::kind::beginning: break;
  }
  return log_position{0};
}

result<stored_model> find_partition(event_reader& reader, std::string_view subscription,
                                    std::uint32_t partition, const known_subscription& known) {
  if (known.partitions == 1)
    return stored_place(subscription, known.position);
  stored_model place{place_name(subscription, partition), known.position, 1,
                     boost::json::serialize(boost::json::object{{"since", known.since}})};
  auto stored = reader.load_model(place.projection);
  if (!stored)
    return stored.error();
  if (*stored) {
    auto notes = notes_in(**stored, subscription);
    if (!notes)
      return notes.error();
    if (notes->since == known.since)
      place.checkpoint = (*stored)->checkpoint;
  }
  auto good = within_log(reader, subscription, place.checkpoint);
  return good ? result<stored_model>{std::move(place)} : good.error();
}

} // namespace annals
