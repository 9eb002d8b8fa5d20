#pragma once

#include <annals/messages/error.hpp>
#include <annals/persistence/open_store.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::postgres {

/// What a store's URL says: libpq's own settings, and ours, which are taken out of it.
struct settings {
  /// For libpq, as keywords and values. What is not among them comes from the environment.
  std::vector<std::pair<std::string, std::string>> connection;
  /// annals_schema: where the tables are.
  std::string schema = "annals";
  /// annals_reconnect_timeout, in seconds: how long a call tries again after the connection is
  /// lost.
  std::chrono::milliseconds reconnect_timeout{30'000};
  /// When calls give up in any case; shared by all sessions of a store.
  std::shared_ptr<std::atomic<std::chrono::steady_clock::time_point>> give_up_at =
      std::make_shared<std::atomic<std::chrono::steady_clock::time_point>>(
          std::chrono::steady_clock::time_point::max());
  /// How long the server may say nothing before it is asked whether it is there.
  std::chrono::milliseconds silence{5000};
  /// How long to wait for another writer.
  std::chrono::milliseconds lock_timeout{5000};
  /// Whether nothing is to be written.
  bool read_only = false;
  /// The store for messages: host, port, database and schema, never the password.
  std::string shown;
};

/// Reads "postgresql://…" or "postgres://…"; "postgresql:" alone means that everything comes from
/// the environment. Throws `annals::error` (`invalid_argument`).
settings read_settings(std::string_view url, const store_options& options);

} // namespace annals::postgres
