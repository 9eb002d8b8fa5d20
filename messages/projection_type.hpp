#pragma once

#include <annals/messages/event_type.hpp>
#include <annals/messages/poison.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// A read model with the domain's functions on it. Not thread-safe; never blocks; what the
/// domain's code throws comes back as `domain_threw`.
class projection_instance {
public:
  virtual ~projection_instance() = default;

  /// Takes in one event; an event of a type that the projection does not read changes nothing.
  /// Gives `undecodable` or `domain_threw`, naming the event's stream and position.
  virtual result<void> project(const recorded_event& event) = 0;

  /// The model as JSON: the same text for the same model. Gives `unencodable`.
  virtual result<std::string> to_json() const = 0;

  /// Puts a stored model in place of the present one. Gives `undecodable`; the present model is
  /// then unchanged.
  virtual result<void> from_json(std::string_view text) = 0;

  /// The model, an object of the projection's own type.
  virtual const void* model() const noexcept = 0;

  /// Another model that is equal to this one. Gives `domain_threw`, or `unencodable` for a model
  /// that can only be copied as JSON.
  virtual result<std::unique_ptr<projection_instance>> copy() const = 0;

  /// Adds `part`, a model of the same projection over other streams, which is of no more use then.
  /// Gives `invalid_argument` where the projection has no `merge`, or `domain_threw`; this model is
  /// then of no more use either.
  virtual result<void> merge(projection_instance& part) = 0;
};

/// A type of projection as the running system sees it.
struct projection_type {
  std::string name;
  std::uint32_t schema_version = 1;
  /// The types of events that it reads.
  std::vector<const event_type*> events;
  poison on_poison = poison::stop;
  /// Whether it has a `merge`, so that models of parts of the log can be made side by side.
  bool partitioned = false;
  boost::json::object (*model_schema)();
  /// An instance that has taken in nothing.
  std::unique_ptr<projection_instance> (*make)();
};

} // namespace annals
