#include <annals/tools/importer.hpp>

#include <annals/messages/text.hpp>

namespace annals::tools {

namespace {

constexpr std::size_t largest_group = 1000;
constexpr std::size_t largest_group_bytes = 8 << 20;
constexpr std::size_t remembered_streams = 100'000;

tool_failure at_line(std::uint64_t line, const failure& why) {
  tool_failure answer{why};
  answer.message = "line " + std::to_string(line) + ": " + answer.message;
  return answer;
}

} // namespace

outcome<> importer::take(recorded_event event, std::uint64_t line) {
  auto found = look_up(event.stream);
  if (!found)
    return found.error();
  auto& stream = **found;
  if (event.version > stream.taken + 1)
    return at_line(line, {errc::version_conflict,
                          "version " + std::to_string(event.version) + " of stream "
                              + annals::quoted(event.stream) + " cannot follow version "
                              + std::to_string(stream.taken)
                              + ", which is its last here; the events between are missing"});
  if (event.version == stream.taken + 1) {
    stream.taken = event.version;
    add(std::move(event), line);
    return events_ < largest_group && bytes_ < largest_group_bytes ? outcome<>{} : flush();
  }
  if (event.version > stream.stored)
    if (auto flushed = flush(); !flushed)
      return flushed;
  return compare(event, line);
}

outcome<> importer::flush() {
  auto outcomes = store_.append(group_);
  outcome<> answer;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i]) {
      stored_ += group_[i].events.size();
      streams_[group_[i].stream].stored = outcomes[i]->version;
    } else if (answer) {
      answer = at_line(lines_[i], outcomes[i].error());
    }
  group_.clear();
  lines_.clear();
  events_ = bytes_ = 0;
  if (streams_.size() > remembered_streams)
    streams_.clear();
  return answer;
}

outcome<importer::progress_of_stream*> importer::look_up(const std::string& stream) {
  auto known = streams_.find(stream);
  if (known != streams_.end())
    return &known->second;
  auto version = reader_.version_of(stream);
  if (!version)
    return tool_failure{version.error()};
  return &(streams_[stream] = {*version, *version});
}

outcome<> importer::compare(const recorded_event& event, std::uint64_t line) {
  stream_slice place;
  place.from = place.to = event.version;
  auto there = reader_.read_stream(event.stream, place);
  if (!there)
    return tool_failure{there.error()};
  if (there->empty())
    return at_line(line, {errc::store_corrupt, "the store has no event at version "
                                                   + std::to_string(event.version) + " of stream "
                                                   + annals::quoted(event.stream)
                                                   + ", but later ones; verify it"});
  const auto& other = there->front();
  if (other.id != event.id)
    return at_line(line,
                   {errc::version_conflict,
                    "version " + std::to_string(event.version) + " of stream "
                        + annals::quoted(event.stream) + " is the event " + to_string(event.id)
                        + ", but the store has " + to_string(other.id) + " there (position "
                        + std::to_string(other.position) + "); import into another store"});
  ++passed_over_;
  return {};
}

// Neighbours of one stream make one request: they are stored together or not at all.
void importer::add(recorded_event event, std::uint64_t line) {
  ++events_;
  bytes_ += event.payload.size() + event.metadata.size() + event.type.size();
  if (group_.empty() || group_.back().stream != event.stream) {
    group_.push_back({event.stream, event.version - 1, {}});
    lines_.push_back(line);
  }
  group_.back().events.push_back(std::move(event));
}

} // namespace annals::tools
