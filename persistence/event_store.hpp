#pragma once

#include <annals/messages/events.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// Events for the end of one stream, all or none of them.
struct append_request {
  std::string stream;
  /// The version that the stream must have now; 0 means that it must be empty.
  stream_version expected_version = 0;
  /// At least one; they take the versions expected_version + 1, + 2, …
  std::vector<new_event> events;
};

/// Where the events of one request went.
struct appended {
  /// The stream's version after the append: that of the request's last event.
  stream_version version = 0;
  /// The place of the request's last event in the log. The events of one request stand side by
  /// side, so the first is at `position - events.size() + 1`.
  log_position position = 0;

  bool operator==(const appended&) const = default;
};

/// One request's own outcome; `version_conflict` names both versions.
using append_outcome = result<appended>;

/// A read model with its checkpoint: one cannot be stored without the other.
struct stored_model {
  std::string projection;
  /// The position up to which the model has taken in the log.
  log_position checkpoint = 0;
  /// The model's schema version, as its projection names it.
  std::uint32_t schema_version = 1;
  /// The model as JSON in UTF-8.
  std::string model;

  bool operator==(const stored_model&) const = default;
};

/// What a listing of streams says of one.
struct stream_info {
  std::string stream;
  stream_version version = 0;

  bool operator==(const stream_info&) const = default;
};

/// Which way a stream is read.
enum class direction { forwards, backwards };

/// A part of a stream: from version `from` to version `to`, both included. Forwards starts at
/// `from` and takes at most `limit`; backwards starts at `to` (or the end, if that comes first).
struct stream_slice {
  stream_version from = 1;
  stream_version to = std::numeric_limits<stream_version>::max();
  direction order = direction::forwards;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

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
};

/// The port that every store implements: small, synchronous, all results as values. The object
/// itself is the store's one writer in this process; it is used by one thread at a time and
/// blocks until what it did is durable.
class event_store {
public:
  virtual ~event_store() = default;

  /// Appends many requests in one transaction and reports each one's outcome in its place: a
  /// request whose version does not match (`version_conflict`), or that has no stream, no events,
  /// or one too large (`invalid_argument`), is left out and the others are stored. Two requests
  /// for one stream are applied in order. When the transaction itself fails, every outcome is
  /// that failure and nothing is stored (`store_full`, `store_locked`, `store_read_only`,
  /// `store_unavailable`, `store_corrupt`).
  virtual std::vector<append_outcome> append(std::span<const append_request> requests) = 0;

  /// Stores read model and checkpoint in one transaction, in place of an older one.
  virtual result<void> save_model(const stored_model& model) = 0;

  /// A new reader, to be destroyed before the store. Any thread may ask for one.
  virtual result<std::unique_ptr<event_reader>> open_reader() = 0;

  /// Whether `append` waits for a disk or a network: such a store gets a thread of its own.
  virtual bool blocks() const noexcept = 0;
};

} // namespace annals
