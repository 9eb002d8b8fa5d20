#pragma once

#include <annals/actors/protocol.hpp>
#include <annals/messages/command.hpp>
#include <annals/messages/wire.hpp>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

/// The architecture on one page: every actor of a node that is alone, its role, and a sentence a
/// message. Those of subscriptions are in subscription_protocol.hpp, those among nodes in
/// cluster/cluster_actors.hpp, those of a store that a node serves in served/served_actors.hpp and
/// served/line_actor.hpp. A command goes caller → dispatcher → aggregate → journal → aggregate →
/// caller; an event goes journal → event bus → projectors, which then read the log.

namespace annals {

/// APPENDER: whoever hands appends to the journal, one at a time.
using appender_actor = caf::typed_actor<
    // Says what became of the append under way.
    caf::reacts_to<append_done>>;

/// JOURNAL: the one writer of the store. Commits everything that waits in one transaction.
using journal_actor = caf::typed_actor<
    // Puts the events into the next group; the outcome goes to the appender after the commit.
    caf::reacts_to<append, appender_actor>,
    // Stores a read model with its checkpoint, after the group that is being committed.
    caf::replies_to<save_model>::with<finished>,
    // Stores a snapshot when nothing more urgent waits; nobody waits for it.
    caf::reacts_to<save_snapshot>,
    // Forgets some of the outcomes that are too old.
    caf::reacts_to<forget_outcomes>,
    // From itself: commits what waits.
    caf::reacts_to<go_on>,
    // Commits what waits and answers; refuses what comes later.
    caf::replies_to<finish>::with<finished>>;

/// PAGE RECEIVER: whoever reads a stream in pages.
using page_receiver_actor = caf::typed_actor<
    // The next events of the stream.
    caf::reacts_to<stream_page>>;

/// READER: reads streams for others on a thread where it may wait for the disk.
using reader_actor = caf::typed_actor<
    // Reads one page of a stream for the receiver.
    caf::reacts_to<read_page, page_receiver_actor>>;

/// AGGREGATE: one instance. Rebuilds itself from its stream, decides commands, and goes on
/// deciding while its events are being stored.
using aggregate_actor = caf::typed_actor<
    // Decides a command; answers when its events are durable, or with the rejection.
    caf::replies_to<command>::with<receipt>,
    // From the journal: what became of the append under way.
    caf::reacts_to<append_done>,
    // From the reader: the next events of its stream, or of another participant's.
    caf::reacts_to<stream_page>,
    // From the home of a joint command: events that are stored in this stream now.
    caf::reacts_to<stored_elsewhere>,
    // Answers when no command is under way.
    caf::replies_to<finish>::with<finished>>;

/// DISPATCHER: stands in front of all aggregates, finds or spawns the actor of the instance that
/// a command is for, and hands the command over.
using dispatcher_actor = caf::typed_actor<
    // Answers as the aggregate does; refuses an unknown aggregate type and an id that is no id.
    caf::replies_to<command>::with<receipt>,
    // From the home of a joint command: tells another participant, if it is live.
    caf::reacts_to<stored_elsewhere>,
    // Lets aggregates that have had nothing to do for long leave memory.
    caf::reacts_to<passivate_idle_ones>,
    // Lets aggregates that have moved to another node leave memory.
    caf::reacts_to<passivate_moved_ones>,
    // Takes no more commands, and answers when all aggregates have finished.
    caf::replies_to<finish>::with<finished>>;

/// CARETAKER: reminds the dispatcher, now and then, of aggregates that have nothing to do, and the
/// journal of outcomes that are too old.
using caretaker_actor = caf::typed_actor<
    // From itself: it is time to look.
    caf::reacts_to<look_again>>;

/// SUBSCRIBER: whoever wants to know that the log has grown.
using subscriber_actor = caf::typed_actor<
    // A hint to read the log.
    caf::reacts_to<log_grew>>;

/// EVENT BUS: tells the subscribers that the log has grown, many commits in one hint.
using event_bus_actor = caf::typed_actor<
    // From a journal: there are events up to a position; tells the subscribers.
    caf::reacts_to<log_grew>,
    // Tells this one too from now on.
    caf::reacts_to<subscriber_actor>>;

/// PROCESS RUNNER: runs one process manager. Follows the log like a projector, stores what the
/// process manager makes of its events, and then sends its commands to the dispatcher.
using process_runner_actor = caf::typed_actor<
    // From the journal: what became of one of the appends under way.
    caf::reacts_to<append_done>,
    // A hint from the event bus.
    caf::reacts_to<log_grew>,
    // From itself: there is more to do.
    caf::reacts_to<go_on>,
    // From itself, now and then: looks for events that it had no hint of, and for timers.
    caf::reacts_to<look_again>,
    // Sends nothing any more; answers when what it has sent is answered and its place is stored.
    caf::replies_to<finish>::with<finished>>;

/// TARGET RUNNER: runs one projection into a target. Hands it the log from where it is, batch by
/// batch.
using target_runner_actor = caf::typed_actor<
    // A hint from the event bus.
    caf::reacts_to<log_grew>,
    // From itself: hands over the next batch.
    caf::reacts_to<go_on>,
    // From itself, now and then: looks whether there are events that it had no hint of.
    caf::reacts_to<look_again>,
    // From its desk: does what a person has ordered.
    caf::reacts_to<serve_desk>,
    // Hands over nothing any more, and answers.
    caf::replies_to<finish>::with<finished>>;

/// PROJECTOR: runs one projection. Catches up from its checkpoint, then follows the log; stores
/// model and checkpoint together.
using projector_actor = caf::typed_actor<
    // A hint from the event bus.
    caf::reacts_to<log_grew>,
    // From itself: projects the next batch.
    caf::reacts_to<go_on>,
    // From itself, now and then: looks whether there are events that it had no hint of, and whether
    // somebody else has put another model in place.
    caf::reacts_to<look_again>,
    // From itself: tries the event again that it could not take in.
    caf::reacts_to<try_again>,
    // From its desk: does what a person has ordered.
    caf::reacts_to<serve_desk>,
    // Stores the model and answers; projects nothing any more.
    caf::replies_to<finish>::with<finished>>;

} // namespace annals

// These stay within one process; between processes go commands and receipts.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::append_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::read_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::stream_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::stored_elsewhere)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::log_grew)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::save_model)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::go_on)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::look_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::try_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::serve_desk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::passivate_idle_ones)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::passivate_moved_ones)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::save_snapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::forget_outcomes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::finish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(annals::finished)
