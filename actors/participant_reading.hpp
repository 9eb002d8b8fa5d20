#pragma once

#include <annals/actors/aggregate.hpp>
#include <annals/actors/protocol.hpp>
#include <annals/messages/joint_type.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace annals {

/// A participant of a joint command other than its home, while its stream is read page by page: the
/// newest snapshot and the events after it. Each `next` gives the page to ask for, `take` takes it
/// in. Neither blocks.
class participant_reading {
public:
  /// `of` is a type of the domain.
  participant_reading(const aggregate_type& of, const participant& who);

  /// The page to ask for; `question` comes back with it.
  read_page next(std::uint64_t question);
  /// The question of the page asked for last; 0 when the stream has been read to its end.
  std::uint64_t question() const noexcept { return question_; }

  /// Takes in the page asked for. True when there is no more; false where `next` has to be asked
  /// for. Gives what the domain or the store fails with.
  result<bool> take(const stream_page& page, const aggregate_context& context);

  const std::string& stream() const noexcept { return stream_; }
  /// The version up to which the stream has been taken in.
  stream_version version() const noexcept { return version_; }
  aggregate_instance& instance() noexcept { return *instance_; }

  /// A snapshot of the state as read, where one is due by the node's rules: nobody else may ever
  /// take one of a stream that only joint commands write to.
  std::optional<stored_snapshot> due_snapshot(const aggregate_context& context) const;

private:
  result<void> take_in(const stream_page& page, const aggregate_context& context);
  // With an instance that has taken in nothing.
  result<void> begin();

  const aggregate_type* type_;
  std::string stream_;
  std::unique_ptr<aggregate_instance> instance_;
  stream_version version_ = 0;
  log_position position_ = 0;
  std::uint64_t events_since_snapshot_ = 0;
  std::uint64_t bytes_since_snapshot_ = 0;
  std::uint64_t question_ = 0;
  bool from_snapshot_ = true;
};

} // namespace annals
