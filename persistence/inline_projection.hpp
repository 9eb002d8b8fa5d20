#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>
#include <annals/persistence/sql_session.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace annals {

/// Read models in tables of the application's own in the store's own database, written in the
/// transaction of each append: whoever has a receipt sees them changed.
struct inline_projection {
  /// Durable, and unlike that of any other projection.
  std::string name;
  std::uint32_t schema_version = 1;
  /// SQL that makes the tables, in the store's own dialect; run once, when the projection is new in
  /// the store.
  std::string tables;
  /// Writes what one event changes, in the transaction of the append: on the thread that writes,
  /// with all others waiting. Must not end the transaction, nor touch the store's own tables. What
  /// it gives or throws, and SQL that is wrong, also where it catches that, refuses the command of
  /// that event, and no other.
  std::function<result<void>(sql_session&, const recorded_event&)> project{};
};

/// `domain_threw`, naming the projection and the event that it failed at.
failure inline_failure(const inline_projection& of, const recorded_event& event,
                       const std::string& why);

} // namespace annals
