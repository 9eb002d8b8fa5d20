#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/handout.hpp>

#include <atomic>

/// What the actors of a subscription say to each other: one follows the log and hands out, and each
/// consumer is an actor of its own, on a thread of its own, where the application's callback may
/// block.

namespace annals {

/// To a consumer: what one stored event stands for; acknowledge it under its position.
struct given_events {
  log_position position = 0;
  handout::events what;
  /// Set when it is not to be handed over any more.
  std::shared_ptr<const std::atomic<bool>> withdrawn;
};

/// To a consumer: drops what has been withdrawn, and answers when no callback has it any more.
struct drop_withdrawn {};

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
    // Drops what is not to be handed over any more, and answers.
    caf::replies_to<drop_withdrawn>::with<finished>,
    // Calls no callback any more, and answers.
    caf::replies_to<finish>::with<finished>>;

/// To the hand-out: a new consumer.
struct consumer_joins {
  handout::consumer_id consumer = 0;
  consumer_actor actor;
};

/// To the hand-out: this partition is this node's to hand out, and goes on behind the checkpoint of
/// `place`, which is stored again and again as it goes on; never where it has no name.
struct part_begins {
  handout::part_id part = 0;
  stored_model place;
};

/// To the hand-out: nothing more of this partition is given. What consumers have is waited for, and
/// withdrawn where that takes more than half of `longest`; then the place is stored.
struct part_ends {
  handout::part_id part = 0;
  std::chrono::milliseconds longest{0};
};

/// From the hand-out to itself: time to withdraw what consumers still have of a partition that has
/// been begun as the `turn`th.
struct part_is_late {
  handout::part_id part = 0;
  std::uint64_t turn = 0;
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
    // A partition is handed out here from now on.
    caf::reacts_to<part_begins>,
    // It is not any more; answers when callbacks have returned and its place is stored.
    caf::replies_to<part_ends>::with<finished>,
    // From itself: does not wait for acknowledgements any longer.
    caf::reacts_to<part_is_late>,
    // An event has been dealt with.
    caf::reacts_to<acknowledge>,
    // The subscription stops.
    caf::reacts_to<give_up>,
    // Keeps how far it is, and answers; hands out nothing any more.
    caf::replies_to<finish>::with<finished>>;

} // namespace annals

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::given_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::drop_withdrawn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::part_begins)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::part_ends)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::part_is_late)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::acknowledge)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::give_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::consumer_leaves)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::consumer_joins)
