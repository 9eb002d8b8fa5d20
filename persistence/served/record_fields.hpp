#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/served/byte_form.hpp>

// The members of each record that travels, in the order in which they do. A change of any of them
// is a new `protocol_version`.
namespace annals {

template <class Form, served::record_of<new_event> T>
void fields(Form& form, T& x) {
  form(x.id, x.type, x.schema_version, x.time, x.correlation_id, x.causation_id, x.metadata,
       x.payload, x.command_digest);
}

template <class Form, served::record_of<recorded_event> T>
void fields(Form& form, T& x) {
  form(x.id, x.type, x.schema_version, x.time, x.correlation_id, x.causation_id, x.metadata,
       x.payload, x.command_digest, x.stream, x.version, x.position);
}

template <class Form, served::record_of<command_outcome> T>
void fields(Form& form, T& x) {
  form(x.command_id, x.correlation_id, x.stream, x.command, x.time, x.digest, x.version, x.position,
       x.events, x.why);
}

template <class Form, served::record_of<stream_part> T>
void fields(Form& form, T& x) {
  form(x.stream, x.expected_version, x.events);
}

template <class Form, served::record_of<reservation> T>
void fields(Form& form, T& x) {
  form(x.set, x.value, x.release);
}

template <class Form, served::record_of<lease_fence> T>
void fields(Form& form, T& x) {
  form(x.name, x.token);
}

template <class Form, served::record_of<append_request> T>
void fields(Form& form, T& x) {
  form(x.stream, x.expected_version, x.events, x.extras.parts, x.extras.reservations,
       x.extras.outcomes, x.extras.fence);
}

template <class Form, served::record_of<appended> T>
void fields(Form& form, T& x) {
  form(x.version, x.position);
}

template <class Form, served::record_of<stored_snapshot> T>
void fields(Form& form, T& x) {
  form(x.stream, x.version, x.position, x.schema_version, x.time, x.state);
}

template <class Form, served::record_of<stored_model> T>
void fields(Form& form, T& x) {
  form(x.projection, x.checkpoint, x.schema_version, x.model, x.generation, x.notes, x.fence);
}

template <class Form, served::record_of<outcome_page> T>
void fields(Form& form, T& x) {
  form(x.outcomes, x.next);
}

template <class Form, served::record_of<held_value> T>
void fields(Form& form, T& x) {
  form(x.set, x.value, x.stream);
}

template <class Form, served::record_of<stream_info> T>
void fields(Form& form, T& x) {
  form(x.stream, x.version);
}

template <class Form, served::record_of<log_part> T>
void fields(Form& form, T& x) {
  form(x.index, x.of);
}

constexpr direction last_of(direction) noexcept { return direction::backwards; }

template <class Form, served::record_of<stream_slice> T>
void fields(Form& form, T& x) {
  form(x.from, x.to, x.order, x.limit);
}

template <class Form, served::record_of<lease_claim> T>
void fields(Form& form, T& x) {
  form(x.name, x.owner, x.payload, x.time_to_live);
}

template <class Form, served::record_of<lease> T>
void fields(Form& form, T& x) {
  form(x.name, x.owner, x.payload, x.token, x.left);
}

} // namespace annals
