#pragma once

#include <annals/actors/live_model.hpp>
#include <annals/actors/projector_desk.hpp>

namespace annals {

// What a person may order, worked out beside a read model, which stays as it is: what comes of it
// is stored first. Each blocks while it reads the log, on the thread that changes the model.

/// A read model as an order by hand would leave it, at the same position.
struct ordered_model {
  std::unique_ptr<projection_instance> instance;
  projection_notes notes;
  control_report report;
};

/// Tries parked events again: the one at `position`, or all in order of position. Where the
/// projection parks streams, the events behind one that is taken in follow it, and one that stands
/// behind another is refused. Gives `not_found` where none is parked there, `invalid_argument`, or
/// what the store fails with.
result<ordered_model> retry_parked(const live_model& model, event_reader& reader,
                                   const registry& domain, std::optional<log_position> position);

/// Tries what is parked in `made` again where a model beside it, with these notes at this position,
/// has it no longer: it was retried there by hand while `made` was made. Gives what the store fails
/// with.
result<void> follow_retries(live_model& made, event_reader& reader, const registry& domain,
                            const projection_notes& notes, log_position position);

/// Passes over the event at `position` for good: one that is parked, or the next one, which the
/// projection cannot take in. Where the projection parks streams, the events behind a parked one
/// are tried again. Gives `not_found` where it is neither, or what the store fails with.
result<ordered_model> skip_event(const live_model& model, event_reader& reader,
                                 const registry& domain, log_position position);

} // namespace annals
