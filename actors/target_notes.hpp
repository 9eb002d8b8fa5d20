#pragma once

#include <annals/actors/projection_notes.hpp>
#include <annals/persistence/event_store.hpp>
#include <annals/persistence/stored_records.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// What the store keeps of a projection into a target, beside the checkpoint that the target has
/// itself: a stored model of its own, whose generation a person's orders raise. What is to be left
/// out is stored before the target is told of what comes after it.
struct target_notes {
  /// In order of position.
  std::vector<parked_event> parked;
  /// Positions that a person has said are to be passed over.
  std::vector<log_position> skipped;
  /// Parked events that a person wants to be tried again by the program that runs the target.
  std::vector<log_position> wanted;
  /// Whether events behind a parked one of their stream are parked with it.
  bool by_stream = false;
  /// Whether it is to wait, as a person has said.
  bool paused = false;
  /// Into how many parts the target is divided: where there are several, each has notes of its own
  /// under its own name, and those under the target's say nothing else.
  std::uint32_t parts = 1;
  /// Why it has stopped; empty where it has not, as far as that is known.
  std::string stopped;

  /// Whether the event at `position` is not for the target.
  bool leaves_out(log_position position) const;
  /// Whether an earlier event of the stream is parked.
  bool has_parked(std::string_view stream) const;
};

/// The name under which that is stored.
std::string target_model_name(std::string_view target);

/// `checkpoint` is how far the target is known to be, for people and for other nodes. Gives
/// `unencodable`.
result<stored_model> to_stored(std::string_view target, const target_notes& notes,
                               log_position checkpoint, std::uint64_t generation);
/// Gives `undecodable`.
result<target_notes> target_notes_from(const stored_model& stored);

/// The first event past `after` that a target, or one part of it, is to be handed with these notes;
/// nothing where the log has none yet. Blocks; gives what the store fails with.
result<std::optional<recorded_event>> next_for(event_reader& reader, log_part part,
                                               const target_notes& notes, log_position after);

} // namespace annals
