#pragma once

#include <annals/actors/cluster/read_guard.hpp>

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/doorman_impl.hpp>
#include <caf/io/network/event_handler.hpp>
#include <caf/io/network/scribe_impl.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace annals {

/// One connection whose reads are looked at.
class guarded_scribe final : public caf::io::network::scribe_impl {
public:
  guarded_scribe(caf::io::network::default_multiplexer& io, int socket, const port_limits& limits,
                 std::shared_ptr<visitor> as, link_side side);

  bool consume(caf::execution_unit* unit, const void* data, std::size_t size) override;
  void remove_from_loop() override;

private:
  // Goes before the socket is closed, whose number may then be another connection's.
  read_guard guard_;
};

/// Has a connection go that its owner has taken out of the multiplexer's loop before it was in it:
/// what is accepted and closed before the multiplexer waits again, as when the node stops. CAF 0.17
/// then does not say that it has been removed, and the connection keeps itself.
void let_go_unwaited(caf::io::network::stream& of, caf::io::scribe_ptr owner);

/// Calls its owner regularly, in the multiplexer's own thread, which has no timers of its own.
class port_clock final : public caf::io::network::event_handler {
public:
  port_clock(caf::io::network::default_multiplexer& io, std::chrono::milliseconds interval,
             std::function<void()> tick);

  /// The owner stays until the clock has stopped.
  void start(caf::io::network::manager* owner);
  void stop() { passivate(); }

  void handle_event(caf::io::network::operation what) override;
  void removed_from_loop(caf::io::network::operation what) override;
  void graceful_shutdown() override { stop(); }

private:
  const std::function<void()> tick_;
  caf::intrusive_ptr<caf::io::network::manager> owner_;
};

/// A listening socket whose visitors are guarded.
class guarded_doorman final : public caf::io::network::doorman_impl {
public:
  /// Makes the connection of an accepted socket, which it owns from then on; null where that fails,
  /// and then it has closed the socket.
  using welcome = std::function<caf::io::scribe_ptr(int socket, std::shared_ptr<visitor> as)>;

  guarded_doorman(caf::io::network::default_multiplexer& io, int socket, const port_limits& limits,
                  welcome make);

  bool new_connection() override;
  void launch() override;
  void add_to_loop() override;
  void remove_from_loop() override;

private:
  void show_out_the_late();
  void make_room();
  void forget_gone_nodes();
  void warn_of_crowd(std::size_t connections);

  const port_limits limits_;
  const welcome make_;
  std::list<std::shared_ptr<visitor>> visitors_;
  std::optional<std::chrono::steady_clock::time_point> warned_;
  std::chrono::steady_clock::time_point forgot_ = std::chrono::steady_clock::now();
  port_clock clock_;
};

} // namespace annals
