#include <annals/actors/cluster/forwarder_state.hpp>

#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/log.hpp>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

constexpr std::size_t most_greeted = 64;

} // namespace

// A node that renews its lease and cannot be reached from here is passed over after a while: the
// next one carries the command out, and the version of the stream is the fence between the two.
bool forwarder_state::may_be_reached(const member& one) const {
  auto known = peers_.find(one.incarnation);
  return known == peers_.end() || known->second.unreachable_since == clock::time_point{}
         || clock::now() - known->second.unreachable_since < parts_.settings.lease_time;
}

void forwarder_state::on_membership_changed() {
  see_peers();
  place_waiting();
}

// The membership is what counts: CAF may tell late, or never, that a node behind a connection is
// gone.
void forwarder_state::see_peers() {
  auto nodes = parts_.nodes->nodes();
  for (auto known = peers_.begin(); known != peers_.end();) {
    auto is_it = [&](const member& one) { return one.incarnation == known->first; };
    if (std::ranges::any_of(nodes->members(), is_it)) {
      ++known;
      continue;
    }
    let_go(known->second);
    take_back_from(known->first);
    known = peers_.erase(known);
  }
  auto now = clock::now();
  for (const auto& one : nodes->members()) {
    if (one.incarnation == parts_.nodes->incarnation())
      continue;
    auto [place, is_new] = peers_.try_emplace(one.incarnation);
    auto& known = place->second;
    known.who = one;
    if (is_new)
      known.next_try = first_try(one);
    if (auto greeted = greeted_.extract(one.incarnation); greeted && !known.gateway)
      open_to(known, std::move(greeted.mapped()));
    if (!known.gateway && !known.connecting && known.next_try <= now)
      connect(known);
  }
}

// With CAF's TLS two nodes that connect to each other at once may both wait for ever: each takes
// one of the two connections for superfluous, in the middle of the other's handshake. So one of
// them begins, and says hello; the other one only tries when that has not come.
forwarder_state::clock::time_point forwarder_state::first_try(const member& one) const {
  bool waits = parts_.connections.tls && parts_.nodes->name() > one.name;
  return waits ? clock::now() + 2 * parts_.settings.connect_timeout : clock::time_point{};
}

void forwarder_state::connect(peer& to) {
  auto where = network_address::parse(to.who.address);
  if (!where)
    return on_unreachable(to, where.error().message);
  to.connecting = true;
  const link_name link{to.who.incarnation, ++to.link};
  const auto& settings = parts_.settings;
  to.connector = spawn_connector(self_->system(), parts_.connections);
  // Longer than the connector's own time-out: a peer that is hung takes a connection, and then
  // says nothing.
  self_
      ->request(to.connector, 2 * settings.connect_timeout, caf::connect_atom::value, where->host,
                where->port)
      .then([this, link](
                const caf::node_id&, const caf::strong_actor_ptr& found,
                const std::set<std::string>& interface) { on_connected(link, found, interface); },
            [this, link](const caf::error& why) { on_broken(link, caf::to_string(why)); });
}

forwarder_state::peer* forwarder_state::find_peer(const link_name& link) {
  auto known = peers_.find(link.incarnation);
  return known != peers_.end() && known->second.link == link.number ? &known->second : nullptr;
}

void forwarder_state::on_broken(const link_name& link, const std::string& why) {
  if (auto* other = find_peer(link))
    on_unreachable(*other, why);
}

void forwarder_state::on_connected(const link_name& link, const caf::strong_actor_ptr& found,
                                   const std::set<std::string>& interface) {
  auto* other = find_peer(link);
  if (other == nullptr)
    return;
  auto wanted = self_->system().message_types<gateway_actor>();
  if (found == nullptr || !std::ranges::includes(interface, wanted))
    return on_unreachable(*other, "there is another program at its address");
  auto gateway = caf::actor_cast<gateway_actor>(found);
  self_->request(gateway, 2 * parts_.settings.connect_timeout, whose_atom::value)
      .then([this, link, gateway](const std::string& says) { on_introduced(link, gateway, says); },
            [this, link](const caf::error& why) { on_broken(link, caf::to_string(why)); });
}

void forwarder_state::on_introduced(const link_name& link, gateway_actor gateway,
                                    const std::string& says) {
  auto* other = find_peer(link);
  if (other == nullptr)
    return;
  if (says != link.incarnation)
    return on_unreachable(*other, "there is another node at its address");
  open_to(*other, std::move(gateway));
  if (parts_.connections.tls)
    self_->send(other->gateway, hello_atom::value, parts_.nodes->incarnation(), own_gateway_);
}

void forwarder_state::on_hello(const std::string& incarnation,
                               const caf::strong_actor_ptr& gateway) {
  if (gateway == nullptr) // CAF makes nothing of a handle that comes before it knows the way there
    return;
  if (incarnation == parts_.nodes->incarnation()) {
    own_gateway_ = gateway;
    return;
  }
  if (!parts_.connections.tls)
    return;
  auto known = peers_.find(incarnation);
  if (greeted_.size() >= most_greeted)
    greeted_.clear();
  if (known == peers_.end())
    greeted_[incarnation] = caf::actor_cast<gateway_actor>(gateway);
  else if (!known->second.gateway)
    open_to(known->second, caf::actor_cast<gateway_actor>(gateway));
}

void forwarder_state::open_to(peer& other, gateway_actor gateway) {
  log().info("node {}: connected to node {} at {}", parts_.nodes->name(), other.who.name,
             other.who.address);
  ++other.link;
  self_->monitor(gateway);
  other.gateway = std::move(gateway);
  other.connecting = other.pinging = false;
  other.failures = 0;
  other.unreachable_since = {};
  for (auto& [number, one] : pending_)
    if (one.at.empty())
      one.not_before = {};
  place_waiting();
}

void forwarder_state::on_unreachable(peer& other, const std::string& why) {
  auto now = clock::now();
  if (other.unreachable_since == clock::time_point{}) {
    other.unreachable_since = now;
    if (other.who.weight > 0) // one that is leaving has said so
      log().warn("node {}: cannot reach node {} at {}: {}; it tries again{}", parts_.nodes->name(),
                 other.who.name, other.who.address, why, certificate_hint(parts_.connections));
  }
  let_go(other);
  auto pause = reconnect_pause(parts_.connections, other.failures++);
  other.next_try = std::max(now + pause, first_try(other.who));
  take_back_from(other.who.incarnation);
}

// A node may renew its lease and yet answer nothing.
void forwarder_state::ping_silent_peers() {
  auto now = clock::now();
  const auto& settings = parts_.settings;
  std::set<std::string> silent;
  for (const auto& [number, one] : pending_)
    if (!one.at.empty() && now - one.since > settings.lease_time / 3)
      silent.insert(one.at);
  for (const auto& incarnation : silent) {
    auto known = peers_.find(incarnation);
    if (known == peers_.end() || !known->second.gateway
        || std::exchange(known->second.pinging, true))
      continue;
    const link_name link{incarnation, known->second.link};
    self_->request(known->second.gateway, settings.lease_time, whose_atom::value)
        .then(
            [this, link](const std::string&) {
              if (auto* other = find_peer(link))
                other->pinging = false;
            },
            [this, link](const caf::error&) { on_broken(link, "it does not answer"); });
  }
}

void forwarder_state::tell_unreachable() {
  if (!parts_.tell_unreachable)
    return;
  std::vector<std::string> passed_over;
  for (const auto& [incarnation, other] : peers_)
    if (!may_be_reached(other.who))
      passed_over.push_back(incarnation);
  if (passed_over == unreachable_)
    return;
  unreachable_ = std::move(passed_over);
  parts_.tell_unreachable(unreachable_);
}

// By the handle itself: that of an earlier connection to the same gateway has the same address, and
// its end may be told when there is a new one already.
void forwarder_state::on_down(const caf::actor_addr& gone) {
  const auto* ended = caf::actor_cast<caf::actor_control_block*>(gone);
  for (auto& [incarnation, other] : peers_)
    if (other.gateway && caf::actor_cast<caf::actor_control_block*>(other.gateway) == ended)
      return on_unreachable(other, "the connection is lost");
}

void forwarder_state::let_all_go() {
  for (auto& [incarnation, one] : peers_)
    let_go(one);
  peers_.clear();
  greeted_.clear();
  own_gateway_ = nullptr;
}

void forwarder_state::let_go(peer& gone) {
  if (gone.gateway)
    self_->demonitor(gone.gateway.address());
  gone.gateway = nullptr;
  if (gone.connector)
    caf::anon_send_exit(gone.connector, caf::exit_reason::kill);
  gone.connector = nullptr;
  gone.connecting = gone.pinging = false;
  ++gone.link;
}

} // namespace annals
