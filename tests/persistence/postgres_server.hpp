#pragma once

#include "tests/persistence/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace annals::tests {

/// A PostgreSQL server of a test's own: its data in a temporary folder, on a free port of the
/// loopback interface, as a user without rights, ended with the object. Who connects needs no
/// password, except as the role "locked".
class postgres_server {
public:
  enum class durability {
    /// Nothing waits for the disk: for tests that do not end the server in the middle.
    none,
    /// As in production.
    full,
  };

  /// Makes the data and starts; fails the test where that fails. `also_at` is another address of
  /// this machine where it listens, for whoever is in the same subnet.
  explicit postgres_server(durability how = durability::none,
                           const std::vector<std::string>& initdb_options = {},
                           std::string also_at = {});

  /// A copy of a server that follows it until it is promoted.
  struct standby_of {
    const postgres_server& primary;
  };
  explicit postgres_server(standby_of which);

  ~postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// The URL of a database of this server, without a schema.
  std::string url(const std::string& database = "postgres") const;
  /// The URL of a store in a schema of its own in the database "postgres".
  std::string store_url(const std::string& schema) const;
  /// The same through a socket in the file system, which can be reached from every network
  /// namespace.
  std::string local_store_url(const std::string& schema) const;
  /// The same at the other address.
  std::string far_store_url(const std::string& schema) const;
  std::uint16_t port() const noexcept { return port_; }
  /// Its folder, which only it and root may enter.
  std::filesystem::path folder() const { return folder_.path(); }
  /// Makes a file or folder the server's own.
  void give(const std::filesystem::path& path) const;

  void start();
  /// SIGQUIT: ends at once, as after a crash; what was committed is recovered at the next start.
  void crash();
  /// SIGINT: rolls back what is under way, and ends.
  void stop();
  /// SIGSTOP to each of its processes: connections are still taken, by the kernel, and nobody
  /// answers.
  void hang();
  /// SIGCONT, after `hang`.
  void go_on();

private:
  void end(int signal);
  void tell_all(int signal) const;

  temporary_folder folder_;
  durability how_;
  std::string also_at_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

} // namespace annals::tests
