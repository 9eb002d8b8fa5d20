#pragma once

#include <annals/messages/command_type.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/time.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// The command itself inside its envelope: a value of the domain's own type, or JSON with the
/// durable name of its type, as it comes from another process or a command line. Cheap to copy.
class command_body {
public:
  command_body() = default;

  /// A body that holds `value`.
  template <class Command>
  static command_body of(Command value) {
    command_body body;
    body.type_ = &command_type_of<Command>();
    body.value_ = std::make_shared<const Command>(std::move(value));
    return body;
  }

  /// A body in JSON, decoded by the aggregate that receives it.
  static command_body json(std::string name, std::string text, std::uint32_t schema_version = 1);

  /// The durable name of the command's type.
  std::string_view name() const noexcept;

  /// The value, decoded if need be into `type`, which has the body's name. Gives
  /// `invalid_command` naming the member that is wrong.
  result<std::shared_ptr<const void>> value_as(const command_type& type) const;

  /// The same body as a value of `type`, which has its name, so that it is decoded once. Gives what
  /// `value_as` gives.
  result<command_body> decoded(const command_type& type) const;

  /// The schema version of a body in JSON (1 or more); the type's own for a value.
  std::uint32_t schema_version() const noexcept;

  /// The size of a body in JSON, in bytes; 0 for a value.
  std::size_t json_size() const noexcept { return json_.size(); }

  /// The body as JSON text. Gives `unencodable` naming the member.
  result<std::string> to_json() const;

private:
  const command_type* type_ = nullptr;
  std::shared_ptr<const void> value_;
  std::string name_;
  std::string json_;
  std::uint32_t json_schema_version_ = 1;
};

/// A fingerprint of a command: its name and its JSON. Two bodies with the same fingerprint count as
/// the same (FNV-1a, 64 bits: a guard against mistakes, not against malice). Never 0.
std::uint64_t command_digest(std::string_view name, std::string_view json) noexcept;

/// What a command carries beside its body. Ids left nil are made by the receiver.
struct command_options {
  /// The command's own id: sending it again with the same id has no second effect.
  uuid command_id{};
  /// Ties together everything that follows from one request.
  uuid correlation_id{};
  /// A JSON object that is stored with each event, or empty.
  std::string metadata;
  /// The version that the stream must be at; where it is not, the answer is `version_conflict`
  /// instead of a decision on the newer state.
  std::optional<stream_version> expected_version{};
  /// From this time on the command is not decided any more and gets `expired`; none where it is
  /// the epoch.
  timestamp deadline{};
};

/// A command in its envelope: what callers send to the dispatcher.
struct command : command_options {
  /// The durable name of the aggregate type.
  std::string aggregate;
  /// The id of the aggregate instance.
  std::string id;
  command_body body;
  /// Set by a node that got it from another one: it gives the answer, whatever it is.
  bool goes_no_further = false;
};

/// A command for the instance `id` of `Aggregate`, with fresh ids where `options` has none.
/// Never blocks; any thread.
template <class Aggregate, class Command>
command command_for(std::string id, Command body, command_options options = {}) {
  return {std::move(options), std::string{Aggregate::name.text()}, std::move(id),
          command_body::of(std::move(body))};
}

/// What the caller of an accepted command gets, once its events are durable.
struct receipt {
  /// The stream's name: `<aggregate type>-<id>`.
  std::string stream;
  /// The stream's version after the command.
  stream_version version = 0;
  /// The place of the command's last event in the log; 0 where it had no events.
  log_position position = 0;
  /// How many events the command had.
  std::uint32_t events = 0;
  /// Whether the command's id had been carried out before; the receipt is then the first one.
  bool repeated = false;

  bool operator==(const receipt&) const = default;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (stream, version, position, events, repeated))

/// A receipt, a rejection (`errc::rejected` with the domain's reason) or another failure.
using reply = result<receipt>;

} // namespace annals
