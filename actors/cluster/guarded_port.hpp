#pragma once

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/doorman_impl.hpp>
#include <caf/io/network/scribe_impl.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace annals {

/// What a stranger may do at a node's port before he is shown out. CAF 0.17 by itself makes room
/// for a message of whatever length its header claims, up to 4 GB, and waits for a greeting without
/// an end.
struct port_limits {
  /// The longest message, in bytes; a connection with a longer one is closed.
  std::size_t longest_message = 4U << 20;
  /// The most connections that have not greeted yet: the oldest of them makes room for a new one.
  std::size_t most_strangers = 64;
  /// How long a connection may take to greet.
  std::chrono::milliseconds greeting{5000};
};

/// A connection that has just been accepted, as its door knows it. Any thread.
class visitor {
public:
  explicit visitor(int socket) : socket_{socket} {}

  bool is_stranger() const;
  std::chrono::steady_clock::time_point since() const noexcept { return since_; }
  void greeted();
  void gone();
  /// Closes the connection, unless it has gone.
  void show_out();

private:
  mutable std::mutex mutex_;
  int socket_; // -1 when it has gone
  bool greeted_ = false;
  const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

/// Looks after what a connection is about to read.
class read_guard {
public:
  read_guard(std::size_t longest, std::shared_ptr<visitor> as)
      : longest_{longest}, as_{std::move(as)} {}
  ~read_guard() { as_->gone(); }
  read_guard(const read_guard&) = delete;
  read_guard& operator=(const read_guard&) = delete;

  /// Shows the visitor out where it has announced more than is allowed.
  void check(caf::io::receive_policy::config& wanted);

private:
  const std::size_t longest_;
  const std::shared_ptr<visitor> as_;
  int reads_ = 0;
};

/// One connection, of bounded messages.
class guarded_scribe final : public caf::io::network::scribe_impl {
public:
  guarded_scribe(caf::io::network::default_multiplexer& io, int socket, const port_limits& limits,
                 std::shared_ptr<visitor> as);

  void configure_read(caf::io::receive_policy::config wanted) override;

private:
  // Goes before the socket is closed, whose number may then be another connection's.
  read_guard guard_;
};

/// A listening socket whose visitors are guarded.
class guarded_doorman final : public caf::io::network::doorman_impl {
public:
  /// Makes the connection of an accepted socket, which it owns from then on; null where that fails,
  /// and then it has closed the socket.
  using welcome = std::function<caf::io::scribe_ptr(int socket, std::shared_ptr<visitor> as)>;

  guarded_doorman(caf::io::network::default_multiplexer& io, int socket, const port_limits& limits,
                  welcome make)
      : caf::io::network::doorman_impl{io, socket}, limits_{limits}, make_{std::move(make)} {}

  bool new_connection() override;

private:
  void make_room();

  const port_limits limits_;
  const welcome make_;
  std::list<std::shared_ptr<visitor>> visitors_;
};

} // namespace annals
