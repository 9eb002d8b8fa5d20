#include <annals/actors/handout_actor.hpp>

#include <annals/actors/log.hpp>
#include <annals/actors/subscription_place.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <spdlog/logger.h>

#include <map>

namespace annals {

namespace {

constexpr std::size_t read_at_once = 1000;
// So many wait to be handed out before the log is read on.
constexpr std::size_t enough_waiting = 1000;

class handout_state {
public:
  static constexpr const char* name = "annals.handout";
  using pointer = handout_actor::stateful_pointer<handout_state>;

  void init(pointer self, handout_parts parts) {
    self_ = self;
    parts_ = std::move(parts);
    const auto& settings = parts_.settings;
    saved_ = parts_.begin;
    handout_.emplace(parts_.begin, settings.window, settings.one_active);
    on_look_again();
  }

  void on_hint() {
    more_ = true;
    pump();
  }

  void on_go_on() {
    going_on_ = false;
    pump();
  }

  void on_look_again() {
    if (finishing_ || stopped_)
      return;
    on_hint();
    self_->delayed_send(self_, parts_.poll_interval, look_again{});
  }

  void on_join(consumer_joins joining) {
    handout_->join(joining.consumer);
    actors_.emplace(joining.consumer, std::move(joining.actor));
    on_hint();
  }

  void on_leave(handout::consumer_id consumer) {
    handout_->leave(consumer);
    actors_.erase(consumer);
    pump();
  }

  void on_acknowledge(const acknowledge& done) {
    handout_->acknowledge(done.consumer, done.position);
    pump();
  }

  void stop(const failure& why) {
    if (stopped_)
      return;
    stopped_ = why;
    log().error("{}", why.message);
    publish();
  }

  caf::result<finished> on_finish() {
    finishing_ = true;
    auto promise = self_->make_response_promise<caf::typed_response_promise<finished>>();
    save([promise]() mutable { promise.deliver(finished{}); });
    return caf::delegated<finished>{};
  }

private:
  bool may_read() const {
    return more_ && !stopped_ && !actors_.empty() && handout_->waiting() < enough_waiting;
  }

  void pump() {
    if (!finishing_ && !stopped_) {
      if (may_read())
        read();
      for (auto& one : handout_->give())
        self_->send(actors_.at(one.to), given_events{one.position, std::move(one.what)});
      if (may_read() && !std::exchange(going_on_, true))
        self_->send(self_, go_on{});
      save_when_due();
    }
    publish();
  }

  void read() {
    auto events = parts_.reader->read_log(handout_->read_to(), read_at_once);
    more_ = events && events->size() == read_at_once;
    if (!events)
      return complain(events.error());
    trouble_ = {};
    for (const auto& event : *events) {
      auto passed = present(event);
      if (!passed)
        return stop({passed.error().code, "the subscription " + annals::quoted(parts_.settings.name)
                                              + " stopped: " + passed.error().message});
      handout_->take_in(event.position, event.stream, std::move(*passed));
    }
  }

  // What the event stands for and passes the filter; null for nothing.
  result<handout::events> present(const recorded_event& stored) const {
    const auto& filter = parts_.settings.filter;
    if (!filter.takes_stream(stored.stream))
      return handout::events{};
    auto events = parts_.domain->in_present_form(stored);
    if (!events)
      return events.error();
    auto passed = std::make_shared<std::vector<recorded_event>>();
    try {
      for (const auto& event : *events)
        if (filter.takes(event))
          passed->push_back(event);
    } catch (...) {
      return failure{errc::domain_threw,
                     "its predicate threw at " + describe(stored) + ": " + what_was_thrown()};
    }
    return handout::events{std::move(passed)};
  }

  // The store may come back; the log hears of each trouble once.
  void complain(const failure& why) {
    if (trouble_ != why)
      log().warn("the subscription {} cannot read the log and tries again: {}",
                 annals::quoted(parts_.settings.name), to_string(why));
    trouble_ = why;
  }

  void publish() {
    parts_.status->set({parts_.settings.name, handout_->acknowledged(), handout_->in_flight(),
                        handout_->consumers(), stopped_});
  }

  void save_when_due() {
    auto now = std::chrono::steady_clock::now();
    if (saving_ || now < save_due_)
      return;
    save_due_ = now + parts_.save_interval;
    save([] {});
  }

  template <class Then>
  void save(Then then) {
    auto position = handout_->acknowledged();
    if (parts_.settings.name.empty() || position == saved_)
      return then();
    saving_ = true;
    self_
        ->request(parts_.journal, caf::infinite,
                  save_model{stored_place(parts_.settings.name, position)})
        .then(
            [this, then, position](finished) mutable {
              saving_ = false;
              saved_ = position;
              then();
            },
            [this, then](const caf::error& why) mutable {
              saving_ = false;
              log().warn("the subscription {}: how far it is was not stored, so that events come "
                         "again after a restart: {}",
                         annals::quoted(parts_.settings.name), to_string(to_failure(why)));
              then();
            });
  }

  pointer self_ = nullptr;
  handout_parts parts_;
  std::optional<handout> handout_;
  std::map<handout::consumer_id, consumer_actor> actors_;
  log_position saved_ = 0;
  std::chrono::steady_clock::time_point save_due_{};
  failure trouble_;
  std::optional<failure> stopped_;
  bool more_ = true;
  bool going_on_ = false;
  bool saving_ = false;
  bool finishing_ = false;
};

handout_actor::behavior_type hand_out(handout_state::pointer self, const handout_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew) { self->state.on_hint(); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](consumer_joins& joining) { self->state.on_join(std::move(joining)); },
      [self](const consumer_leaves& leaving) {
        self->state.on_leave(leaving.consumer);
        return finished{};
      },
      [self](const acknowledge& done) { self->state.on_acknowledge(done); },
      [self](const give_up& gave_up) { self->state.stop(gave_up.why); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

handout_actor spawn_handout(caf::actor_system& system, handout_parts parts) {
  return system.spawn<caf::detached>(hand_out, std::move(parts));
}

} // namespace annals
