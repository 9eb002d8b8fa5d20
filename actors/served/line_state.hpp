#pragma once

#include <annals/actors/served/line_actor.hpp>

#include <caf/io/middleman_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <list>
#include <set>

namespace annals {

/// The inside of a line. A call waits until there is a connection, and is then under way; when the
/// connection breaks its answer is lost, and whoever asked decides what that means.
class line_state {
public:
  static constexpr const char* name = "annals.line";
  using pointer = line_actor::stateful_pointer<line_state>;

  void init(pointer self, line_parts parts);

  void on_call(const line_call_ptr& call);
  void on_follow();
  void on_grew(std::uint64_t position);
  void on_go_on();
  void on_down(const caf::actor_addr& gone);
  void let_go();

private:
  using clock = std::chrono::steady_clock;

  // -- connecting ------------------------------------------------------------------
  void connect();
  void on_connected(const caf::strong_actor_ptr& found, const std::set<std::string>& interface);
  void on_greeted(gateway_actor host, std::uint64_t version, std::string run);
  void on_unreachable(failure why, bool is_refusal = false);
  void on_unreachable(const caf::error& why);
  void say_opened(result<void> how);
  failure unreachable(const std::string& why) const;
  void disconnect();
  void follow();

  // -- calls -----------------------------------------------------------------------
  void send_piece(const line_call_ptr& call);
  void take_piece(const line_call_ptr& call, std::uint64_t size, const std::string& next);
  void ask_for_more(const line_call_ptr& call);
  void on_failed(const line_call_ptr& call, const caf::error& why);
  void hear();
  void ask_silent_one();
  bool is_over() const;
  void end_late();
  void finish(const line_call_ptr& call, result<std::optional<std::string>> how);

  pointer self_ = nullptr;
  line_parts parts_;
  caf::io::middleman_actor connector_;
  // Where the host is reached.
  gateway_actor host_;
  std::string run_;
  bool is_connecting_ = false;
  bool follows_ = false;
  std::uint64_t told_ = 0;
  // Which attempt to connect it is: answers to earlier ones mean nothing.
  std::uint64_t attempt_ = 0;
  std::uint32_t failures_ = 0;
  clock::time_point next_try_{};
  clock::time_point begun_{};
  failure last_;
  network_address where_;
  // When the other side has last answered anything.
  clock::time_point answered_at_{};
  // Whether it is asked whether it is there.
  bool is_pinging_ = false;
  // Whether it did not when it was over: then it is not asked any more.
  bool is_silent_ = false;
  std::list<line_call_ptr> waiting_;
  std::set<line_call_ptr> under_way_;
};

} // namespace annals
