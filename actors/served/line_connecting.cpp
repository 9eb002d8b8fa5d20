#include <annals/actors/served/line_state.hpp>

#include <annals/actors/log.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

failure line_state::unreachable(const std::string& why) const {
  const auto hint = certificate_hint(parts_.connections);
  if (!parts_.writes)
    return {errc::store_unavailable, "no node can be reached at " + parts_.shown + " (" + why
                                         + "); check the addresses, and that the nodes run" + hint};
  return {errc::store_unavailable,
          "the store " + parts_.shown + " cannot be reached (" + why
              + "); check that the node that serves it runs there, and start it again with "
                "--serve-store where it does not"
              + hint};
}

// As between nodes: an attempt has an actor of its own, which may be left behind
// (peer_network.hpp).
void line_state::connect() {
  is_connecting_ = true;
  where_ = parts_.addresses->next();
  auto attempt = ++attempt_;
  connector_ = spawn_connector(self_->system(), parts_.connections);
  self_
      ->request(connector_, 2 * parts_.connections.connect_timeout, caf::connect_atom::value,
                where_.host, where_.port)
      .then(
          [this, attempt](const caf::node_id&, const caf::strong_actor_ptr& found,
                          const std::set<std::string>& interface) {
            if (attempt == attempt_)
              on_connected(found, interface);
          },
          [this, attempt](const caf::error& why) {
            if (attempt == attempt_)
              on_unreachable(why);
          });
}

void line_state::on_connected(const caf::strong_actor_ptr& found,
                              const std::set<std::string>& interface) {
  auto wanted = self_->system().message_types<gateway_actor>();
  if (found == nullptr || !std::ranges::includes(interface, wanted))
    return on_unreachable({errc::invalid_argument,
                           "at " + where_.text()
                               + " is another program, or another build of Annals, and not a node "
                                 "that serves the store "
                               + parts_.shown + "; correct the address, or start the same build"},
                          true);
  auto handle = caf::actor_cast<gateway_actor>(found);
  self_
      ->request(handle, 2 * parts_.connections.connect_timeout, greet_atom::value,
                std::uint64_t{served::protocol_version}, parts_.writes)
      .then(
          [this, attempt = attempt_, handle](std::uint64_t version, const std::string& run) {
            if (attempt == attempt_)
              on_greeted(handle, version, run);
          },
          [this, attempt = attempt_](const caf::error& why) {
            if (attempt == attempt_)
              on_unreachable(why);
          });
}

void line_state::on_greeted(gateway_actor host, std::uint64_t version, std::string run) {
  if (version != served::protocol_version)
    return on_unreachable(
        {version > served::protocol_version ? errc::layout_too_new : errc::layout_too_old,
         "the node at " + where_.text() + " serves its store in version " + std::to_string(version)
             + " of the protocol, and this program " + "speaks version "
             + std::to_string(served::protocol_version)
             + "; start the same release of Annals everywhere"},
        true);
  if (!run_.empty() || failures_ > 0)
    log().info("the store {} is reached again", parts_.shown);
  hear();
  host_ = std::move(host);
  run_ = std::move(run);
  is_connecting_ = false;
  failures_ = 0;
  self_->monitor(host_);
  say_opened({});
  if (follows_)
    on_follow();
  for (const auto& call : std::exchange(waiting_, {}))
    on_call(call);
}

void line_state::on_unreachable(const caf::error& why) {
  if (why.category() == caf::atom("annals") && to_failure(why).code == errc::invalid_argument)
    return on_unreachable({errc::invalid_argument,
                           "the node at " + where_.text()
                               + " serves no store; start it with --serve-store "
                                 "(cluster_settings::serve_store), or give the address of the one "
                                 "that does"},
                          true);
  bool is_ours = why.category() == caf::atom("annals");
  on_unreachable(unreachable(is_ours ? to_failure(why).message : caf::to_string(why)));
}

// What is there once the store has been reached may be so for a while only, and says nothing of
// what was asked: no caller is to take it for a refusal.
void line_state::on_unreachable(failure why, bool is_refusal) {
  if (!parts_.opened)
    why.code = errc::store_unavailable;
  if (failures_ == 0 && !parts_.opened)
    log().warn("{}; it is tried again", why.message);
  last_ = std::move(why);
  disconnect();
  next_try_ = clock::now() + reconnect_pause(parts_.connections, failures_++);
  if (is_refusal)
    say_opened(last_);
}

void line_state::say_opened(result<void> how) {
  if (auto told = std::exchange(parts_.opened, nullptr))
    told->set_value(std::move(how));
}

void line_state::on_down(const caf::actor_addr& gone) {
  if (host_ && host_.address() == gone)
    on_unreachable(unreachable("the connection is lost"));
}

// CAF says nothing of requests whose connection breaks: their answers are lost.
void line_state::disconnect() {
  ++attempt_;
  is_connecting_ = is_pinging_ = false;
  if (host_)
    self_->demonitor(host_.address());
  host_ = nullptr;
  if (connector_)
    caf::anon_send_exit(connector_, caf::exit_reason::kill);
  connector_ = nullptr;
  for (const auto& call : std::exchange(under_way_, {}))
    finish(call, std::optional<std::string>{});
}

void line_state::let_go() {
  disconnect();
  for (const auto& call : std::exchange(waiting_, {}))
    finish(call, last_);
}

} // namespace annals
