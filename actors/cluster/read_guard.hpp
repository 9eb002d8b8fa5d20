#pragma once

#include <caf/io/basp/message_type.hpp>
#include <caf/node_id.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace annals {

/// What a stranger may do at a node's port before he is shown out. CAF 0.17 by itself makes room
/// for a message of whatever length its header claims, up to 4 GB, and waits for a greeting, or for
/// the rest of a message, without an end.
struct port_limits {
  /// The longest message, in bytes; a connection with a longer one is closed.
  std::size_t longest_message = 4U << 20;
  /// The most connections that have not greeted yet: the oldest of them makes room for a new one.
  std::size_t most_strangers = 64;
  /// The most connections of all, and never more than half of the files that the process may open:
  /// the one that has said nothing for the longest makes room for a new one.
  std::size_t most_connections = 1024;
  /// How long a connection may take to greet.
  std::chrono::milliseconds greeting{5000};
  /// How long a message may take that has been announced, and how many bytes have to come each
  /// second where that is longer.
  std::chrono::milliseconds message{60'000};
  std::size_t slowest = 256U << 10;
};

/// Which end of a connection is this node's.
enum class link_side { connects, accepts };

/// A connection that has just been made, as its door knows it. Any thread.
class visitor {
public:
  using time = std::chrono::steady_clock::time_point;

  explicit visitor(int socket) : socket_{socket} {}

  bool is_stranger() const;
  bool is_gone() const;
  /// Whether it takes longer than it may.
  bool is_late(time now, const port_limits& limits) const;
  time last_heard() const;
  /// Notes that something has come, and how many bytes it has announced.
  void heard(std::size_t announced);
  void greeted();
  void gone();
  /// Closes the connection, unless it has gone.
  void show_out();

private:
  mutable std::mutex mutex_;
  int socket_; // -1 when it has gone
  bool greeted_ = false;
  std::size_t announced_ = 0;
  const time since_ = std::chrono::steady_clock::now();
  time heard_ = since_;
};

/// Looks at what a connection has read before CAF does, which takes much for granted: the payload
/// of a greeting, that a node greets before it says anything else, that it stays the one that it
/// said it was, and what a message has inside (`reads_safely`). Knows headers and payloads of BASP
/// apart, as CAF reads them in turn.
class read_guard {
public:
  read_guard(const port_limits& limits, std::shared_ptr<visitor> as, link_side side,
             caf::node_id self);
  ~read_guard() { as_->gone(); }
  read_guard(const read_guard&) = delete;
  read_guard& operator=(const read_guard&) = delete;

  /// Whether CAF may have it. Where not, the visitor is shown out.
  bool lets_pass(const void* data, std::size_t size);

private:
  // Each gives what is wrong, or nothing.
  std::string look_at_header(std::string_view header);
  std::string look_at_greeting(bool selects) const;
  std::string look_at_payload(std::string_view payload);

  const std::size_t longest_;
  const std::shared_ptr<visitor> as_;
  const link_side side_;
  const caf::node_id self_;
  std::size_t announced_ = 0;               // 0: a header comes next
  caf::io::basp::message_type operation_{}; // of the header that came last
  std::string greeting_;                    // the one that it gave
};

} // namespace annals
