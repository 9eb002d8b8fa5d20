#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/handout.hpp>

/// What the actors of a subscription say to each other: one follows the log and hands out, and each
/// consumer is an actor of its own, on a thread of its own, where the application's callback may
/// block.

namespace annals {

/// To a consumer: what one stored event stands for; acknowledge it under its position.
struct given_events {
  log_position position = 0;
  handout::events what;
};

/// From a consumer to the hand-out.
struct acknowledge {
  handout::consumer_id consumer = 0;
  log_position position = 0;
};

/// From a consumer to the hand-out: it threw too often.
struct give_up {
  failure why;
};

/// To the hand-out: this consumer leaves; all its unacknowledged events go to others.
struct consumer_leaves {
  handout::consumer_id consumer = 0;
};

/// CONSUMER: calls the application's callback, again where it threw.
using consumer_actor = caf::typed_actor<
    // The next event for the callback.
    caf::reacts_to<given_events>,
    // From itself: tries again.
    caf::reacts_to<go_on>,
    // Calls no callback any more, and answers.
    caf::replies_to<finish>::with<finished>>;

/// To the hand-out: a new consumer.
struct consumer_joins {
  handout::consumer_id consumer = 0;
  consumer_actor actor;
};

/// HAND-OUT: follows the log for one subscription and hands events to its consumers.
using handout_actor = caf::typed_actor<
    // A hint from the event bus.
    caf::reacts_to<log_grew>,
    // From itself: reads the next batch.
    caf::reacts_to<go_on>,
    // From itself, now and then: looks for events without a hint.
    caf::reacts_to<look_again>,
    // A consumer is there from now on.
    caf::reacts_to<consumer_joins>,
    // A consumer is gone; answers when nothing is handed to it any more.
    caf::replies_to<consumer_leaves>::with<finished>,
    // An event has been dealt with.
    caf::reacts_to<acknowledge>,
    // The subscription stops.
    caf::reacts_to<give_up>,
    // Keeps how far it is, and answers; hands out nothing any more.
    caf::replies_to<finish>::with<finished>>;

} // namespace annals

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::given_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::acknowledge)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::give_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::consumer_leaves)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::consumer_joins)
