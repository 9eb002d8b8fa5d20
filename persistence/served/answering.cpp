#include <annals/persistence/served/answering.hpp>

#include <annals/persistence/served/store_protocol.hpp>

#include <algorithm>
#include <iterator>

namespace annals::served {

namespace {

using std::size_t;
using std::string;

// Large events are read a few at a time.
constexpr size_t first_step = 64;
constexpr size_t longest_step = 4096;

size_t bytes_of(const std::vector<recorded_event>& events) {
  size_t sum = 0;
  for (const auto& event : events)
    sum += event.type.size() + event.metadata.size() + event.payload.size() + event.stream.size();
  return sum;
}

// Reads until a page is full or has `limit` events. `next` reads so many more behind what there is.
template <class Next>
result<event_page> fill_page(size_t limit, Next next) {
  event_page page;
  auto step = first_step;
  for (size_t bytes = 0; page.events.size() < limit && bytes < bytes_of_page;) {
    auto wanted = std::min(step, limit - page.events.size());
    auto more = next(page.events, wanted);
    if (!more)
      return more.error();
    bool is_end = more->size() < wanted;
    bytes += bytes_of(*more);
    std::ranges::move(*more, std::back_inserter(page.events));
    if (is_end)
      return page;
    auto average = std::max<size_t>(1, bytes / page.events.size());
    step = std::clamp<size_t>(bytes_of_page / average, 1, longest_step);
  }
  page.has_more = true;
  return page;
}

result<event_page> read_stream(event_reader& reader, const string& stream, stream_slice slice) {
  return fill_page(slice.limit, [&](const auto& found, size_t wanted) {
    auto rest = slice;
    rest.limit = wanted;
    if (!found.empty() && slice.order == direction::forwards)
      rest.from = found.back().version + 1;
    else if (!found.empty())
      rest.to = found.back().version - 1;
    return reader.read_stream(stream, rest);
  });
}

result<event_page> read_log(event_reader& reader, log_position after, size_t limit) {
  return fill_page(limit, [&](const auto& found, size_t wanted) {
    return reader.read_log(found.empty() ? after : found.back().position, wanted);
  });
}

result<event_page> find_correlated(event_reader& reader, const uuid& id, log_position after,
                                   size_t limit) {
  return fill_page(limit, [&](const auto& found, size_t wanted) {
    return reader.find_by_correlation(id, found.empty() ? after : found.back().position, wanted);
  });
}

result<event_page> read_part_of_log(event_reader& reader, log_part part, log_position after,
                                    size_t limit) {
  event_page page;
  page.read_to = after;
  auto step = first_step;
  for (size_t bytes = 0, left = limit; left > 0 && bytes < bytes_of_page;) {
    auto wanted = std::min(step, left);
    auto more = reader.read_log_part(part, page.read_to, wanted);
    if (!more)
      return more.error();
    if (more->read_to == page.read_to)
      break;
    left -= wanted;
    page.read_to = more->read_to;
    bytes += bytes_of(more->events);
    std::ranges::move(more->events, std::back_inserter(page.events));
    step = std::min(2 * step, longest_step);
  }
  return page;
}

string answer_about_events(event_reader& reader, store_call what, std::string_view question) {
  if (what == store_call::read_stream)
    return answer_with<string, stream_slice>(question, [&](const auto& stream, auto slice) {
      return read_stream(reader, stream, slice);
    });
  if (what == store_call::read_log)
    return answer_with<log_position, size_t>(
        question, [&](auto after, auto limit) { return read_log(reader, after, limit); });
  if (what == store_call::read_log_part)
    return answer_with<log_part, log_position, size_t>(
        question, [&](auto part, auto after, auto limit) {
          return read_part_of_log(reader, part, after, limit);
        });
  return answer_with<uuid, log_position, size_t>(question,
                                                 [&](const auto& id, auto after, auto limit) {
                                                   return find_correlated(reader, id, after, limit);
                                                 });
}

string answer_about_outcomes(event_reader& reader, store_call what, std::string_view question) {
  if (what == store_call::read_outcomes)
    return answer_with<string, timestamp, size_t>(
        question, [&](const auto& stream, auto since, auto limit) {
          return reader.read_outcomes(stream, since, limit);
        });
  if (what == store_call::find_outcomes)
    return answer_with<uuid, size_t>(question, [&](const auto& correlation, auto limit) {
      return reader.find_outcomes(correlation, limit);
    });
  if (what == store_call::find_outcome)
    return answer_with<string, uuid>(question, [&](const auto& stream, const auto& command) {
      return reader.find_outcome(stream, command);
    });
  return answer_with<std::uint64_t, size_t>(
      question, [&](auto from, auto limit) { return reader.list_outcomes(from, limit); });
}

string answer_about_streams(event_reader& reader, store_call what, std::string_view question) {
  if (what == store_call::version_of)
    return answer_with<string>(question,
                               [&](const auto& stream) { return reader.version_of(stream); });
  if (what == store_call::last_position)
    return answer_with<>(question, [&] { return reader.last_position(); });
  if (what == store_call::load_snapshot)
    return answer_with<string, stream_version>(question, [&](const auto& stream, auto newest) {
      return reader.load_snapshot(stream, newest);
    });
  return answer_with<string, size_t>(
      question, [&](const auto& after, auto limit) { return reader.list_streams(after, limit); });
}

string answer_about_models(event_reader& reader, store_call what, std::string_view question) {
  if (what == store_call::load_model)
    return answer_with<string>(question, [&](const auto& name) { return reader.load_model(name); });
  if (what == store_call::list_models)
    return answer_with<>(question, [&] { return reader.list_models(); });
  return answer_with<string>(question,
                             [&](const auto& name) { return reader.generation_of(name); });
}

string answer_about_values(event_reader& reader, store_call what, std::string_view question) {
  if (what == store_call::holder_of)
    return answer_with<string, string>(
        question, [&](const auto& set, const auto& value) { return reader.holder_of(set, value); });
  return answer_with<held_value, size_t>(
      question, [&](const auto& after, auto limit) { return reader.list_values(after, limit); });
}

} // namespace

string answer_reading(event_reader& reader, std::string_view question) {
  auto what = call_of(question).value();
  switch (what) {
    case store_call::read_stream:
    case store_call::read_log:
    case store_call::read_log_part:
    case store_call::find_by_correlation: return answer_about_events(reader, what, question);
    case store_call::read_outcomes:
    case store_call::find_outcomes:
    case store_call::find_outcome:
    case store_call::list_outcomes: return answer_about_outcomes(reader, what, question);
    case store_call::load_model:
    case store_call::list_models:
    case store_call::generation_of: return answer_about_models(reader, what, question);
    case store_call::holder_of:
    case store_call::list_values: return answer_about_values(reader, what, question);
    default: return answer_about_streams(reader, what, question);
  }
}

string answer_of_leases(lease_store& leases, std::string_view question) {
  switch (call_of(question).value()) {
    case store_call::acquire:
      return answer_with<lease_claim>(question,
                                      [&](const auto& claim) { return leases.acquire(claim); });
    case store_call::renew:
      return answer_with<lease_claim, std::uint64_t>(
          question, [&](const auto& claim, auto token) { return leases.renew(claim, token); });
    case store_call::release:
      return answer_with<string, std::uint64_t>(
          question, [&](const auto& name, auto token) { return leases.release(name, token); });
    case store_call::list_leases:
      return answer_with<string>(question, [&](const auto& prefix) { return leases.list(prefix); });
    case store_call::forget_leases:
      return answer_with<string, std::chrono::milliseconds>(
          question,
          [&](const auto& prefix, auto out_for) { return leases.forget(prefix, out_for); });
    default: return answer_with<>(question, [&] { return leases.clock(); });
  }
}

} // namespace annals::served
