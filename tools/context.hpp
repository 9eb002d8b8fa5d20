#pragma once

#include <annals/actors/config.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/tools/exit_code.hpp>
#include <annals/tools/output.hpp>
#include <annals/tools/stop_signals.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace annals::tools {

/// What may stand before or after any subcommand.
struct global_options {
  /// Empty where neither the command line nor the environment gives one.
  std::string store;
  bool json = false;
  std::chrono::milliseconds lock_timeout{5000};
};

/// A store with a reader of it, destroyed in the right order.
struct opened_store {
  std::unique_ptr<event_store> store;
  std::unique_ptr<event_reader> reader;
};

/// What a subcommand works with.
struct context {
  const registry& domain;
  const global_options& options;
  const stop_signals& stop;
  output& out;
  /// What a node of the program is started with, where the command line says nothing else.
  const config& settings;

  /// Opens the store of the options. A reading subcommand opens it for reading only: it then works
  /// beside a running application, on files that may only be read, and never creates one.
  outcome<opened_store> open(open_mode mode) const { return open(options.store, mode); }

  /// Opens another store.
  outcome<opened_store> open(const std::string& url, open_mode mode) const;

  /// Gives "usage" where the program has no domain, as `annals` itself.
  outcome<> need_domain() const;

  /// The settings of the application, with the store and the time of the command line. Alone: what
  /// is one of several nodes says so itself.
  config node_settings() const;

  bool stopping() const noexcept { return stop.requested() != 0; }

  /// The failure after a signal; `what` says how far it came.
  tool_failure interrupted(const std::string& what) const {
    return tool_failure::interrupted(stop.requested(), what);
  }
};

} // namespace annals::tools
