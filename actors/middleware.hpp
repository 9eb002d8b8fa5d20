#pragma once

#include <annals/messages/command.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace annals {

/// What runs around commands: to authorise, validate, enrich or measure them. Both functions run on
/// the aggregate's thread and must neither block nor throw: a `before` that throws fails its
/// command with `domain_threw`, an `after` that does is logged, since the command has its answer.
struct middleware {
  /// The durable name of the aggregate type that it is for; empty for all. A joint command is one
  /// of each type that takes part in it.
  std::string aggregate;
  /// Sees the command before anything is looked up or decided, and may change its metadata. A
  /// failure is the answer. May be null.
  std::function<result<void>(command&)> before;
  /// Sees the command and its answer. May be null.
  std::function<void(const command&, const reply&)> after;

  /// Whether it runs around commands for aggregates of that type.
  bool is_for(std::string_view type) const noexcept {
    return aggregate.empty() || aggregate == type;
  }
};

} // namespace annals
