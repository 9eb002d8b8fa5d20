#include <annals/actors/target_notes.hpp>

#include <annals/messages/json.hpp>
#include <annals/messages/stable_hash.hpp>

#include <algorithm>

namespace annals {

namespace {

struct target_state {
  std::vector<log_position> wanted;
  std::string stopped;
  bool by_stream = false;
  std::uint32_t parts = 1;
};
BOOST_DESCRIBE_STRUCT(target_state, (), (wanted, stopped, by_stream, parts))

} // namespace

bool target_notes::leaves_out(log_position position) const {
  auto found = std::ranges::lower_bound(parked, position, {}, &parked_event::position);
  return (found != parked.end() && found->position == position)
         || std::ranges::find(skipped, position) != skipped.end();
}

bool target_notes::has_parked(std::string_view stream) const {
  return std::ranges::find(parked, stream, &parked_event::stream) != parked.end();
}

std::string target_model_name(std::string_view target) {
  return "annals.target." + std::string{target};
}

result<stored_model> to_stored(std::string_view target, const target_notes& notes,
                               log_position checkpoint, std::uint64_t generation) {
  auto state = to_json(target_state{notes.wanted, notes.stopped, notes.by_stream, notes.parts});
  projection_notes kept;
  kept.parked = notes.parked;
  kept.skipped = notes.skipped;
  kept.paused = notes.paused;
  auto text = to_text(kept);
  if (!state || !text)
    return !state ? state.error() : text.error();
  return stored_model{target_model_name(target), checkpoint, 1, std::move(*state), generation,
                      std::move(*text),          {}};
}

result<target_notes> target_notes_from(const stored_model& stored) {
  auto state =
      from_json<target_state>(stored.model, unknown_members::ignore, missing_members::take_default);
  auto kept = notes_from(stored.notes);
  if (!state || !kept)
    return !state ? state.error() : kept.error();
  return target_notes{std::move(kept->parked),
                      std::move(kept->skipped),
                      std::move(state->wanted),
                      state->by_stream,
                      kept->paused,
                      state->parts,
                      std::move(state->stopped)};
}

result<std::optional<recorded_event>> next_for(event_reader& reader, log_part part,
                                               const target_notes& notes, log_position after) {
  constexpr std::size_t at_a_time = 1000;
  for (;;) {
    auto stored = reader.read_log(after, part.of == 1 ? 1 : at_a_time);
    if (!stored)
      return stored.error();
    for (auto& event : *stored)
      if (part_of_stream(event.stream, part.of) == part.index && !notes.leaves_out(event.position))
        return std::optional{std::move(event)};
    if (stored->empty())
      return std::optional<recorded_event>{};
    after = stored->back().position;
  }
}

} // namespace annals
