#pragma once

#include <annals/actors/model_backup.hpp>
#include <annals/actors/replay.hpp>

namespace annals {

/// Takes a read model that nobody looks at through a part of the log up to position `end`, and
/// parks on the way what cannot be taken in, at once, where its projection parks. Gives
/// `unknown_event_type`, `undecodable` or `domain_threw` naming type, stream and position where the
/// projection stops, `stopping` when `watch` said so, or what the store fails with; the model is
/// then that of everything before. Blocks while it reads.
result<void> take_on(live_model& model, event_reader& reader, const registry& domain,
                     log_position end, log_part part = {}, const replay_watch& watch = {});

/// A new read model of `type` from the whole log as it is when it gets there, without the events
/// that were skipped by hand; otherwise as `take_on`. It parks at most `most_parked` events. What
/// is stored of the projection stays as it is, and nothing of it comes into the new one.
result<std::unique_ptr<live_model>> rebuild_projection(event_reader& reader, const registry& domain,
                                                       const projection_type& type,
                                                       std::size_t most_parked,
                                                       const replay_watch& watch = {});

/// The stored read model of `type`, taken on to the log's end; otherwise as `take_on`. A stored
/// model that is of no use (`live_model::restore`) counts for nothing: the log is the truth, and is
/// taken in from its beginning.
result<std::unique_ptr<live_model>>
catch_up_projection(event_reader& reader, const registry& domain, const projection_type& type,
                    std::size_t most_parked, const replay_watch& watch = {});

/// A read model that has taken in nothing, and will pass over what was skipped by hand in the
/// stored one. Gives what the store fails with.
result<std::unique_ptr<live_model>> begin_rebuild(event_reader& reader, const projection_type& type,
                                                  std::size_t most_parked);

/// The event among `events` that a model which has taken in all before it stands at.
const recorded_event* first_after(const std::vector<recorded_event>& events, log_position position);

/// Whether a projection parks an event that failed for this reason, as it says.
bool parks(const projection_type& type, const failure& why);

} // namespace annals
