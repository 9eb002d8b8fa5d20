#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/projection_type.hpp>
#include <annals/messages/recorded.hpp>
#include <annals/messages/time.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// An event that a projection has set aside.
struct parked_event {
  log_position position = 0;
  std::string stream;
  stream_version version = 0;
  std::string type;
  /// Why it could not be taken in, when it was last tried.
  failure why;
  /// How often it was tried; 0 for one that stands behind a parked event of its stream.
  std::uint32_t attempts = 0;
  /// When it was set aside.
  timestamp since{};

  bool operator==(const parked_event&) const = default;
};
BOOST_DESCRIBE_STRUCT(parked_event, (), (position, stream, version, type, why, attempts, since))

/// What a projector keeps with its read model, in the same transaction.
struct projection_notes {
  /// In order of position, none past the model's own.
  std::vector<parked_event> parked;
  /// Positions that a person has said are to be passed over.
  std::vector<log_position> skipped;
  /// What the projection was when the model was stored, and the model itself, as digests; 0 where
  /// they are not known.
  std::uint64_t shape = 0;
  std::uint64_t digest = 0;
  /// Whether it is to wait, as a person has said.
  bool paused = false;

  bool operator==(const projection_notes&) const = default;
};
BOOST_DESCRIBE_STRUCT(projection_notes, (), (parked, skipped, shape, digest, paused))

/// As JSON; the same text for the same notes. Gives `unencodable`.
result<std::string> to_text(const projection_notes& notes);
result<std::string> to_text(const parked_event& event);
/// Empty text is empty notes. Gives `undecodable`.
result<projection_notes> notes_from(std::string_view text);

/// A digest of what a projection is, as far as it can be seen: its members and the events that it
/// reads. Never 0.
std::uint64_t shape_of(const projection_type& type);

/// The name under which the read model of a projection is stored: its own, and from schema version
/// 2 on "NAME@vVERSION", so that the models of two versions stand side by side.
std::string stored_name(const projection_type& type);

} // namespace annals
