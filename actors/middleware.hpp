#pragma once

#include <annals/messages/command.hpp>

#include <functional>
#include <string>

namespace annals {

/// What runs around commands: to authorise, validate, enrich or measure them. Both functions run on
/// the aggregate's thread and must neither block nor throw; one that throws fails its command with
/// `domain_threw`.
struct middleware {
  /// The durable name of the aggregate type that it is for; empty for all.
  std::string aggregate;
  /// Sees the command before anything is looked up or decided, and may change its metadata. A
  /// failure is the answer. May be null.
  std::function<result<void>(command&)> before;
  /// Sees the command and its answer. May be null.
  std::function<void(const command&, const reply&)> after;
};

} // namespace annals
