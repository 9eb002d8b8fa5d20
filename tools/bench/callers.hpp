#pragma once

#include <annals/actors/node.hpp>
#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/meter.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace annals::tools::bench {

/// One actor has at most so many requests in flight: CAF looks for the request of a response in a
/// list, so that thousands from one actor would measure that list.
inline constexpr std::uint64_t most_in_flight_an_actor = 64;

/// An actor that keeps `in_flight` requests on their way to `target` until the meter is over.
/// `next` makes the message of the next one.
template <class Response, class Target, class Next>
class requester {
public:
  static constexpr const char* name = "annals.bench.requester";

  void init(caf::event_based_actor* self, Target target, Next next, std::shared_ptr<meter> to,
            std::size_t number, std::uint64_t in_flight) {
    self_ = self;
    target_ = std::move(target);
    next_ = std::make_unique<Next>(std::move(next));
    meter_ = std::move(to);
    number_ = number;
    for (in_flight_ = 0; in_flight_ < in_flight; ++in_flight_)
      ask();
  }

private:
  void ask() {
    auto asked = meter::clock::now();
    self_->request(target_, caf::infinite, (*next_)())
        .then(
            [this, asked](const Response&) {
              meter_->answered(number_, asked);
              go_on();
            },
            [this](const caf::error& why) {
              meter_->failed(to_failure(why));
              go_on();
            });
  }

  void go_on() {
    if (!meter_->over())
      return ask();
    if (--in_flight_ == 0) {
      target_ = Target{};
      meter_->left();
    }
  }

  caf::event_based_actor* self_ = nullptr;
  Target target_;
  std::unique_ptr<Next> next_;
  std::shared_ptr<meter> meter_;
  std::size_t number_ = 0;
  std::uint64_t in_flight_ = 0;
};

/// Starts as many actors as it takes to keep `in_flight` requests on their way; `next(i)` gives the
/// i-th its maker of messages.
template <class Response, class Target, class MakeNext>
std::shared_ptr<meter> spawn_requesters(caf::actor_system& system, const Target& target,
                                        std::uint64_t in_flight, MakeNext next) {
  auto count = (in_flight + most_in_flight_an_actor - 1) / most_in_flight_an_actor;
  auto to = std::make_shared<meter>(count);
  using next_type = decltype(next(std::size_t{}));
  using state = requester<Response, Target, next_type>;
  for (std::size_t i = 0; i < count; ++i) {
    auto share = in_flight / count + (i < in_flight % count ? 1 : 0);
    system.spawn([target, to, i, share,
                  make = next(i)](caf::stateful_actor<state>* self) mutable -> caf::behavior {
      self->state.init(self, target, std::move(make), to, i, share);
      return {};
    });
  }
  return to;
}

} // namespace annals::tools::bench
