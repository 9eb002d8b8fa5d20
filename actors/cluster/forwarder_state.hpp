#pragma once

#include <annals/actors/cluster/forwarder.hpp>

#include <caf/io/middleman_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace annals {

/// The inside of a forwarder. A command that it has is either under way at a node or waits: for a
/// connection, for the node to be gone, for a moment after an answer that says "not now". It may be
/// under way at two nodes, when the first is taken for dead and is not: both know its id, and the
/// store lets one of them carry it out.
class forwarder_state {
public:
  static constexpr const char* name = "annals.forwarder";
  using pointer = forwarder_actor::stateful_pointer<forwarder_state>;

  void init(pointer self, forwarder_parts parts);

  caf::result<receipt> on_command(command&& envelope);
  void on_membership_changed();
  void on_look_again();
  void on_send_waiting();
  caf::result<finished> on_finish();
  void on_down(const caf::actor_addr& gone);
  void on_hello(const std::string& incarnation, const caf::strong_actor_ptr& gateway);
  /// Ends all connections.
  void let_all_go();

private:
  using clock = std::chrono::steady_clock;

  /// A command and its caller.
  struct pending {
    command envelope;
    std::string stream;
    caf::typed_response_promise<receipt> caller;
    clock::time_point since{};
    clock::time_point not_before{};
    /// Answers to earlier attempts count only where they are final.
    std::uint64_t attempt = 0;
    /// The incarnation of the node at which it is under way; empty where it waits.
    std::string at{};
    /// Whether it has waited, and whether it counts among those that are sent again where it is.
    bool has_waited = false;
    bool counts = false;
    /// The incarnations of nodes that do not know the command, or an event of the stream.
    std::vector<std::string> too_old{};
    /// Since when there is one, and what the last of them said.
    clock::time_point not_known_since{};
    failure not_known{};
    /// What kept it from being carried out.
    failure last{};
  };

  /// What has waited, and goes to one node now.
  struct backlog {
    std::deque<std::uint64_t> waiting{};
    std::size_t under_way = 0;
    /// How many go each time.
    std::size_t at_once = 0;
    /// When one went last.
    clock::time_point sent{};
  };

  /// A connection, or an attempt at one.
  struct link_name {
    std::string incarnation;
    std::uint64_t number = 0;
  };

  /// Another node, by the incarnation that the membership knows.
  struct peer {
    member who;
    /// Grows with each attempt to connect and each connection: what comes of an older one is late.
    std::uint64_t link = 0;
    caf::io::middleman_actor connector{};
    gateway_actor gateway{};
    bool connecting = false;
    bool pinging = false;
    clock::time_point next_try{};
    /// Since when it cannot be reached; the epoch where it can.
    clock::time_point unreachable_since{};
    std::uint32_t failures = 0;
  };

  // -- commands (forwarder.cpp) ----------------------------------------------------
  result<void> prepare(command& envelope) const;
  void place(std::uint64_t number);
  template <class Target>
  void ask(std::uint64_t number, const Target& target, const std::string& incarnation);
  void on_receipt(std::uint64_t number, const receipt& answer);
  void on_error(std::uint64_t number, std::uint64_t attempt, const caf::error& why);
  bool may_be_done_elsewhere(pending& one, const caf::error& why) const;
  bool may_be_done(const pending& one) const;
  const member* find_owner(const placement& nodes, const pending& one) const;
  void hold(pending& one, failure why);
  void deliver(std::uint64_t number, const failure& why);
  void end(std::map<std::uint64_t, pending>::iterator answered);
  void end_late();
  void finish_if_idle();
  clock::duration patience() const;

  // -- what has waited (forwarder_backlog.cpp) ---------------------------------------
  void place_waiting();
  std::string reached_owner(const pending& one) const;
  void send_soon();
  void send_some(backlog& behind);
  void begin_to_wait(const pending& one);
  void end_to_wait(const pending& one);
  void begin_at(pending& one, const std::string& incarnation);
  void leave(pending& one);
  void take_back_from(const std::string& incarnation);

  // -- other nodes (forwarder_peers.cpp) --------------------------------------------
  bool may_be_reached(const member& one) const;
  void see_peers();
  clock::time_point first_try(const member& one) const;
  void connect(peer& to);
  void open_to(peer& other, gateway_actor gateway);
  // Null where the peer has gone, or has another connection by now.
  peer* find_peer(const link_name& link);
  void on_connected(const link_name& link, const caf::strong_actor_ptr& found,
                    const std::set<std::string>& interface);
  void on_introduced(const link_name& link, gateway_actor gateway, const std::string& says);
  void on_broken(const link_name& link, const std::string& why);
  void on_unreachable(peer& other, const std::string& why);
  void ping_silent_peers();
  void tell_unreachable();
  void let_go(peer& gone);

  pointer self_ = nullptr;
  forwarder_parts parts_;
  std::map<std::string, peer> peers_;
  // What was told of them last.
  std::vector<std::string> unreachable_;
  // Of this node.
  caf::strong_actor_ptr own_gateway_;
  // Of nodes that have said hello before the membership knew of them.
  std::map<std::string, gateway_actor> greeted_;
  std::map<std::uint64_t, pending> pending_;
  // How many of each stream are not under way: those that come later go behind them.
  std::map<std::string, std::size_t> waiting_of_;
  // By the incarnation of the node that they go to.
  std::map<std::string, backlog> backlogs_;
  bool is_sending_ = false;
  std::string sent_last_to_;
  std::uint64_t last_number_ = 0;
  std::unique_ptr<caf::typed_response_promise<finished>> finished_;
  clock::time_point finish_since_{};
};

} // namespace annals
