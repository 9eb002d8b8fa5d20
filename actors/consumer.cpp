#include <annals/actors/consumer.hpp>

#include <annals/messages/event_type.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <caf/send.hpp>

#include <algorithm>
#include <deque>

namespace annals {

namespace {

constexpr std::chrono::milliseconds longest_wait{10'000};

class consumer_state {
public:
  static constexpr const char* name = "annals.consumer";
  using pointer = consumer_actor::stateful_pointer<consumer_state>;

  void init(pointer self, consumer_parts parts) {
    self_ = self;
    parts_ = std::move(parts);
  }

  void on_given(given_events given) {
    waiting_.push_back(std::move(given));
    if (!retrying_)
      work();
  }

  void on_go_on() {
    retrying_ = false;
    work();
  }

  // Between two tries the first of those that wait has been begun.
  void on_drop_withdrawn() {
    if (!waiting_.empty() && *waiting_.front().withdrawn) {
      part_ = attempts_ = 0;
      if (std::exchange(retrying_, false))
        self_->send(self_, go_on{});
    }
    std::erase_if(waiting_, [](const given_events& one) { return one.withdrawn->load(); });
  }

private:
  // One that threw is tried again before those behind it.
  void work() {
    for (; !waiting_.empty() && !*parts_.cancelled && !given_up_; waiting_.pop_front()) {
      auto& next = waiting_.front();
      if (!*next.withdrawn && !hand_over(next))
        return;
      part_ = attempts_ = 0;
    }
  }

  // An event of an old form may stand for several: its position is acknowledged when each is.
  bool hand_over(const given_events& next) {
    if (part_ == 0 && attempts_ == 0)
      unfinished_ = std::make_shared<std::atomic<std::size_t>>(next.what->size());
    for (; part_ < next.what->size(); ++part_) {
      if (attempts_ == 0)
        told_ = std::make_shared<std::atomic<bool>>(false);
      if (!call((*next.what)[part_], next.position))
        return false;
      attempts_ = 0;
    }
    return true;
  }

  bool call(const recorded_event& event, log_position position) {
    parts_.thread->store(std::this_thread::get_id());
    try {
      parts_.callback(event, make_acknowledgement(position));
      parts_.thread->store({});
      return true;
    } catch (...) {
      parts_.thread->store({});
      failed(event, what_was_thrown());
      return false;
    }
  }

  // However often the callback is called with one part, that part is done once.
  acknowledgement make_acknowledgement(log_position position) const {
    acknowledge done{parts_.id, position};
    return acknowledgement{[told = told_, done, left = unfinished_, route = parts_.route] {
      if (!told->exchange(true) && left->fetch_sub(1) == 1)
        route->send(done);
    }};
  }

  void failed(const recorded_event& event, const std::string& why) {
    if (attempts_ < parts_.most_retries) {
      auto wait = std::min(longest_wait, parts_.retry_after * (1U << std::min(attempts_, 16U)));
      ++attempts_;
      retrying_ = true;
      self_->delayed_send(self_, wait, go_on{});
      return;
    }
    given_up_ = true;
    self_->send(parts_.group, give_up{{errc::domain_threw,
                                       "the subscription " + annals::quoted(parts_.subscription)
                                           + " stopped: its consumer threw at " + describe(event)
                                           + ", " + std::to_string(attempts_ + 1) + " times: " + why
                                           + "; correct it, then subscribe again"}});
  }

  pointer self_ = nullptr;
  consumer_parts parts_;
  std::deque<given_events> waiting_;
  // Which part of the first of these is next, how often that has thrown, and whether it is done.
  std::size_t part_ = 0;
  std::uint32_t attempts_ = 0;
  std::shared_ptr<std::atomic<bool>> told_;
  std::shared_ptr<std::atomic<std::size_t>> unfinished_;
  bool retrying_ = false;
  bool given_up_ = false;
};

consumer_actor::behavior_type consumer(consumer_state::pointer self, const consumer_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](given_events& given) { self->state.on_given(std::move(given)); },
      [self](go_on) { self->state.on_go_on(); },
      [self](drop_withdrawn) {
        self->state.on_drop_withdrawn();
        return finished{};
      },
      [self](finish) {
        self->quit();
        return finished{};
      },
  };
}

} // namespace

void acknowledgement_route::send(const acknowledge& done) {
  std::lock_guard guard{mutex_};
  if (to_)
    caf::anon_send(to_, done);
}

void acknowledgement_route::cut() {
  std::lock_guard guard{mutex_};
  to_ = nullptr;
}

consumer_actor spawn_consumer(caf::actor_system& system, const consumer_parts& parts) {
  return system.spawn<caf::detached>(consumer, parts);
}

} // namespace annals
