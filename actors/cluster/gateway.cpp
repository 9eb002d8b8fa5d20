#include <annals/actors/cluster/gateway.hpp>

#include <annals/actors/in_place_actor.hpp>
#include <annals/actors/leave_system.hpp>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/system_messages.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace annals {

namespace {

class gateway final : public in_place_actor {
public:
  gateway(caf::actor_config& config, dispatcher_actor dispatcher, forwarder_actor forwarder,
          std::string incarnation, caf::strong_actor_ptr host)
      : in_place_actor{config}, dispatcher_{std::move(dispatcher)},
        forwarder_{std::move(forwarder)}, incarnation_{std::move(incarnation)}, host_{std::move(
                                                                                    host)} {}

  // What is none of these does nothing, exit messages among it: CAF hands over what comes through
  // the wire with whatever sender it claims to have.
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (what->mid.is_response())
      return pass_back(*what, unit);
    if (content.match_elements<command>()) {
      content.get_mutable_as<command>(0).goes_no_further = true;
      return hand_on(std::move(what), dispatcher_, unit);
    }
    if (content.match_elements<whose_atom>())
      return answer({what->sender, what->mid}, caf::make_message(incarnation_), unit);
    if (is_for_store(content))
      return hand_to_host(std::move(what), unit);
    if (content.match_elements<hello_atom, std::string, caf::strong_actor_ptr>())
      return caf::actor_cast<caf::abstract_actor*>(forwarder_)->enqueue(std::move(what), unit);
    if (!content.match_elements<caf::exit_msg>())
      answer({what->sender, what->mid}, caf::make_message(make_error(caf::sec::unexpected_message)),
             unit);
  }

  void end() { quit(caf::exit_reason::user_shutdown, nullptr); }

private:
  struct question {
    caf::strong_actor_ptr from;
    caf::message_id mid;
  };

  template <class Actor>
  void hand_on(caf::mailbox_element_ptr what, const Actor& to, caf::execution_unit* unit) {
    std::unique_lock lock{mutex_};
    if (ended_) {
      lock.unlock();
      return answer({what->sender, what->mid}, stopping(), unit);
    }
    auto number = ++last_number_;
    if (what->mid.is_request())
      waiting_.emplace(number, question{std::move(what->sender), what->mid});
    lock.unlock();
    what->sender = ctrl();
    what->stages.clear(); // which CAF takes from the wire as well
    what->mid = caf::message_id{number}.with_normal_priority();
    caf::actor_cast<caf::abstract_actor*>(to)->enqueue(std::move(what), unit);
  }

  static bool is_for_store(const caf::type_erased_tuple& content) {
    using number = std::uint64_t;
    return content.match_elements<piece_atom, std::string, number, number, bool, std::string>()
           || content.match_elements<more_atom, std::string, number, number>()
           || content.match_elements<follow_atom, caf::strong_actor_ptr, number>()
           || content.match_elements<greet_atom, number, bool>();
  }

  void hand_to_host(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
    std::unique_lock lock{mutex_};
    auto to = host_;
    const bool serves_none = !ended_ && !to; // one that has ended may well have served one
    lock.unlock();
    if (!serves_none)
      return hand_on(std::move(what), to, unit);
    auto none = make_error(errc::invalid_argument, "this node serves no store");
    answer({what->sender, what->mid}, caf::make_message(std::move(none)), unit);
  }

  void pass_back(caf::mailbox_element& said, caf::execution_unit* unit) {
    std::unique_lock lock{mutex_};
    auto asked = waiting_.extract(said.mid.request_id().integer_value());
    lock.unlock();
    if (asked)
      answer(asked.mapped(), said.move_content_to_message(), unit);
  }

  void answer(const question& asked, caf::message with, caf::execution_unit* unit) {
    if (asked.mid.is_request() && asked.from)
      asked.from->enqueue(ctrl(), asked.mid.response_id(), std::move(with), unit);
  }

  static caf::message stopping() {
    return caf::make_message(
        make_error(errc::stopping, "the node is stopping; ask again after the restart"));
  }

  void when_quitting() override {
    std::unique_lock lock{mutex_};
    ended_ = true;
    auto left = std::exchange(waiting_, {});
    host_ = nullptr;
    lock.unlock();
    for (const auto& [number, asked] : left)
      answer(asked, stopping(), nullptr);
  }

  const dispatcher_actor dispatcher_;
  const forwarder_actor forwarder_;
  const std::string incarnation_;
  std::mutex mutex_;
  caf::strong_actor_ptr host_;
  std::map<std::uint64_t, question> waiting_;
  std::uint64_t last_number_ = 0;
  bool ended_ = false;
};

} // namespace

void know_gateways(caf::actor_system_config& config) {
  config.add_message_type<command>("annals.command");
  config.add_message_type<receipt>("annals.receipt");
}

gateway_actor spawn_gateway(caf::actor_system& system, dispatcher_actor dispatcher,
                            forwarder_actor forwarder, std::string incarnation,
                            caf::strong_actor_ptr host) {
  caf::actor_config config{system.dummy_execution_unit()};
  return caf::make_actor<gateway, gateway_actor>(
      system.next_actor_id(), system.node(), &system, config, std::move(dispatcher),
      std::move(forwarder), std::move(incarnation), std::move(host));
}

void end_gateway(const gateway_actor& ended) {
  static_cast<gateway*>(caf::actor_cast<caf::abstract_actor*>(ended))->end();
}

} // namespace annals
