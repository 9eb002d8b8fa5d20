#pragma once

#include <annals/persistence/inline_projection.hpp>
#include <annals/persistence/lease_store.hpp>
#include <annals/persistence/stored_records.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// Reads a store. Every call blocks until the store has answered and sees all that was committed
/// before it began. One object serves one thread at a time; different objects run side by side,
/// also beside the writer. Failures: `store_unavailable`, `store_corrupt`, `store_locked`.
class event_reader {
public:
  virtual ~event_reader() = default;

  /// The events of `slice`; a stream that does not exist is empty, not an error.
  virtual result<std::vector<recorded_event>> read_stream(std::string_view stream,
                                                          stream_slice slice = {}) = 0;

  /// The next events of the whole log past position `after`, in order of position, at most
  /// `limit` (1 or more). An empty answer means that the log has no more.
  virtual result<std::vector<recorded_event>> read_log(log_position after, std::size_t limit) = 0;

  /// The events of a part of the log among the next `limit` (1 or more) of the whole log past
  /// position `after`, in order of position. Gives `invalid_argument` for a part that is none.
  /// By itself it reads them all; a store that can leave the others where they are does.
  virtual result<read_part> read_log_part(log_part part, log_position after, std::size_t limit);

  /// The events of a correlation id past position `after`, in order of position, at most `limit`.
  /// The nil id means "none" and finds nothing.
  virtual result<std::vector<recorded_event>>
  find_by_correlation(const uuid& id, log_position after, std::size_t limit) = 0;

  /// The stream's version; 0 where it does not exist.
  virtual result<stream_version> version_of(std::string_view stream) = 0;

  /// The position of the last event; 0 for an empty log.
  virtual result<log_position> last_position() = 0;

  /// Streams in byte order of their names, those after `after` ("" for all), at most `limit`.
  virtual result<std::vector<stream_info>> list_streams(std::string_view after,
                                                        std::size_t limit) = 0;

  /// The stored read model, or nothing where the projection has none yet.
  virtual result<std::optional<stored_model>> load_model(std::string_view projection) = 0;

  /// All stored read models in order of name, without their contents (`model` is empty).
  virtual result<std::vector<stored_model>> list_models() = 0;

  /// The generation of the stored read model, or nothing where the projection has none yet. Cheap.
  virtual result<std::optional<std::uint64_t>> generation_of(std::string_view projection) = 0;

  /// The newest snapshot of the stream whose version is not past `newest`, or nothing.
  virtual result<std::optional<stored_snapshot>>
  load_snapshot(std::string_view stream,
                stream_version newest = std::numeric_limits<stream_version>::max()) = 0;

  /// The outcomes of commands for the stream not older than `since`, newest first, at most `limit`.
  virtual result<std::vector<command_outcome>>
  read_outcomes(std::string_view stream, timestamp since, std::size_t limit) = 0;

  /// The outcomes of a correlation id in order of time, at most `limit`. The nil id finds nothing.
  virtual result<std::vector<command_outcome>> find_outcomes(const uuid& correlation,
                                                             std::size_t limit) = 0;

  /// The final outcome of a command for the stream (an acceptance, a rejection, a taken value), or
  /// nothing where none is stored. The nil id finds nothing.
  virtual result<std::optional<command_outcome>> find_outcome(std::string_view stream,
                                                              const uuid& command_id) = 0;

  /// All outcomes in the order in which they came, at most `limit` from where an earlier page
  /// ended; 0 is the beginning. An empty page is the end.
  virtual result<outcome_page> list_outcomes(std::uint64_t from, std::size_t limit) = 0;

  /// The stream that holds a unique value, or nothing.
  virtual result<std::optional<std::string>> holder_of(std::string_view set,
                                                       std::string_view value) = 0;

  /// The values that are held, in byte order of set and value, those after `after` (a value-less
  /// one for all; its stream means nothing), at most `limit`.
  virtual result<std::vector<held_value>> list_values(const held_value& after,
                                                      std::size_t limit) = 0;
};

/// For as long as it lives a store tells of what others append. Its end waits for a call that is
/// under way, and for a connection that is being made.
class growth_watch {
public:
  virtual ~growth_watch() = default;
};

/// Gets a position that the log has reached.
using growth_listener = std::function<void(log_position)>;

/// The port that every store implements: small, synchronous, all results as values. The object
/// itself is the store's one writer in this process; it is used by one thread at a time and
/// blocks until what it did is durable.
class event_store {
public:
  virtual ~event_store() = default;

  /// Appends many requests in one transaction and reports each one's outcome in its place: a
  /// request whose version does not match (`version_conflict`), or that has no stream, no events,
  /// or one too large (`invalid_argument`), is left out and the others are stored. Two requests
  /// for one stream are applied in order. A request is stored whole or not at all: all its streams
  /// must be at their versions (also one with no events of its own), and each value that it takes
  /// must be free or held by its stream already (`already_taken` names set, value and holder; only
  /// the holder gives a value back, anything else changes nothing). Its streams' events stand in
  /// the log side by side: those of `stream`, then part by part; `appended` speaks of `stream`
  /// (its version), and of the last event of all (its position, 0 where there was none).
  /// A request under a lease that has changed hands gets `lease_lost`.
  /// When the transaction itself fails, every outcome is
  /// that failure and nothing is stored (`store_full`, `store_locked`, `store_read_only`,
  /// `store_unavailable`, `store_corrupt`).
  virtual std::vector<append_outcome> append(std::span<const append_request> requests) = 0;

  /// Stores read model, checkpoint and notes in one transaction, in place of an older one of the
  /// same generation. Gives `model_replaced` where another generation is stored, and `lease_lost`
  /// where it is saved under a lease that has changed hands: nothing is changed then.
  virtual result<void> save_model(const stored_model& model) = 0;

  /// Stores `model` in place of the one of `model.generation`, whose successor it becomes, and
  /// removes those that are named in `removed`, all in one transaction; returns the new generation.
  /// A save of the one before changes nothing from then on. Gives `model_replaced` where another
  /// generation is stored.
  virtual result<std::uint64_t> replace_model(const stored_model& model,
                                              std::span<const std::string> removed = {}) = 0;

  /// Removes stored read models in one transaction; names of none change nothing.
  virtual result<void> remove_models(std::span<const std::string> projections) = 0;

  /// Stores snapshots in one transaction and keeps the newest `keep` (1 or more) of each stream. A
  /// snapshot older than those that are there may be left out.
  virtual result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                                      std::size_t keep) = 0;

  /// Throws away the snapshots of a stream, or all of them where `stream` is empty; how many.
  virtual result<std::uint64_t> drop_snapshots(std::string_view stream) = 0;

  /// Forgets outcomes older than `before`; how many. Small steps, so that appends come between.
  virtual result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) = 0;

  /// Takes over what another store has beside the same log, in one transaction: outcomes as they
  /// are, with their positions, without those that are there already (the same stream, command and
  /// time, or a command's final one in that stream); and unique values, held or free, as they are
  /// said to be. For moving a store, while nobody else writes to this one.
  virtual result<void> take_over(std::span<const command_outcome> outcomes,
                                 std::span<const held_value> values) = 0;

  /// From now on each append writes these as well, in its own transaction: a request whose events
  /// one of them cannot take in is refused with `domain_threw` and the others are stored. First it
  /// takes in what the log has already, and what others without these projections have written it
  /// takes in before the next append; so the tables are never behind for whoever writes through
  /// this store. Called once, before the first append; blocks for as long as the log is long. Gives
  /// what an event of the log fails with, `invalid_argument` for SQL that is wrong or tables of
  /// another schema version, and for a store that has no tables, which is the default.
  virtual result<void> keep_inline(std::span<const inline_projection> all) {
    (void)all;
    return failure{
        errc::invalid_argument,
        "this store has no tables for inline projections; use SQLite or PostgreSQL, or a "
        "read model and wait for it"};
  }

  /// A new reader, to be destroyed before the store. Any thread may ask for one.
  virtual result<std::unique_ptr<event_reader>> open_reader() = 0;

  /// The leases of the store, to be destroyed before it. Any thread may ask for one. A store that
  /// has none, as some that wrap another, gives `invalid_argument`.
  virtual result<std::unique_ptr<lease_store>> open_leases() {
    return failure{errc::invalid_argument, "this store has no leases; use another one"};
  }

  /// Whether several processes may have the store open and see the same: else there is no cluster.
  virtual bool is_shared() const noexcept { return false; }

  /// Has `grown` called, by a thread of the store's, soon after another process has appended
  /// through a store that is watched as well. A wake-up and no more: calls may be late, doubled, or
  /// not come, so that whoever relies on what is appended reads now and then as well. Null where
  /// the store cannot tell, which is the default. One at a time; to be destroyed before the store.
  /// `grown` must not block or throw.
  virtual result<std::unique_ptr<growth_watch>> watch_growth(growth_listener grown) {
    (void)grown;
    return std::unique_ptr<growth_watch>{};
  }

  /// From now on no call, and no call of its readers and leases, goes on past `time` trying to
  /// reach a store that is away: it gives `store_unavailable` then. For a program that is about to
  /// end. Any thread. Changes nothing for a store that is never away, which is the default.
  virtual void give_up_at(std::chrono::steady_clock::time_point time) noexcept { (void)time; }

  /// Whether `append` waits for a disk or a network: such a store gets a thread of its own.
  virtual bool blocks() const noexcept = 0;
};

} // namespace annals
