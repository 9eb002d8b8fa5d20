#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace annals {

/// What went wrong, as a code that a program can branch on. The comment of each value says what
/// the caller should do.
enum class errc {
  /// The aggregate refused the command by its own rules. Show the reason; do not retry as it is.
  rejected = 1,
  /// The command's JSON or its envelope cannot be understood. Fix the request.
  invalid_command,
  /// The id of an aggregate instance is empty, too long, or holds control characters. Fix it.
  invalid_id,
  /// An argument other than a command or id is out of its range. Fix the request.
  invalid_argument,
  /// The domain has no aggregate of that name. Fix the request, or deploy the right domain.
  unknown_aggregate,
  /// The aggregate takes no command of that name. Fix the request.
  unknown_command,
  /// The domain has no projection of that name, or it is one into a target, which is neither
  /// checked nor rebuilt: fix the request. Or it does not run here: the message names the node that
  /// runs it where that is known; ask there, or later.
  unknown_projection,
  /// A stored event has a type that the domain does not know. Deploy a domain that knows it.
  unknown_event_type,
  /// What is stored cannot be decoded into the domain's type. Alert a person: data or code is
  /// wrong.
  undecodable,
  /// A value of the domain cannot be stored (text that is not UTF-8, a number that is not finite).
  unencodable,
  /// Another writer appended to the stream first. Load it again and decide again.
  version_conflict,
  /// No such stream, event or model. Check the name.
  not_found,
  /// Another writer holds the store for too long. Retry later, or stop the other writer.
  store_locked,
  /// The disk is full. Nothing of the command was stored. Free space, then retry.
  store_full,
  /// The store may only be read. Check the permissions of the file, its folder and its mount.
  store_read_only,
  /// The file is not a store of ours. Check the path.
  not_a_store,
  /// The store was written by a newer release. Upgrade this program.
  layout_too_new,
  /// The store was written by an older release, and is open to be read only. Open it to write once.
  layout_too_old,
  /// The store's own engine reports damage. Stop, make a copy, restore a backup.
  store_corrupt,
  /// The store cannot be reached or its disk fails. Retry; if it goes on, alert a person.
  store_unavailable,
  /// The node is stopping and takes no new commands. Ask again after the restart.
  stopping,
  /// No answer within the time allowed. The command may still be carried out: send it again with
  /// the same id.
  timed_out,
  /// The domain's own code threw. Alert a person: `decide`, `evolve` or `project` has a defect.
  domain_threw,
  /// A projection stopped at an event. See its message; fix it, then start it again.
  projection_stopped,
  /// A process manager, or one process of it, stopped. See its message; fix it, then start the node
  /// again.
  process_stopped,
  /// Too many commands are under way. Nothing was done; retry later, and more slowly.
  overloaded,
  /// The command's deadline had passed before it was decided. Nothing was done; ask again if the
  /// answer is still wanted.
  expired,
  /// A payload or metadata is larger than the setting allows. Store large data elsewhere and refer
  /// to it, or raise the setting.
  too_large,
  /// A value that only one may have is taken by another stream. Show it; do not retry as it is.
  already_taken,
  /// The command's id was used before with another body. Give each command an id of its own.
  command_id_reused,
  /// A lease belongs to another owner. Wait until it is given back or runs out, or take another
  /// name.
  lease_held,
  /// A lease has changed hands since it was taken: what was to be written under it was not. Leave
  /// the work to the new owner.
  lease_lost,
  /// A stored read model was replaced meanwhile, by a rebuild or by hand. Nothing was stored; load
  /// it again and go on from there.
  model_replaced,
  /// A defect in Annals itself. Report it.
  internal,
};

/// The code's name as it stands in the enumeration: "version_conflict".
std::string_view to_string(errc code) noexcept;

/// Whether sending the same command again, unchanged, can succeed later.
bool is_transient(errc code) noexcept;

/// An error as a value: a code for programs and a message for people that names the thing and
/// what to do about it.
struct failure {
  errc code = errc::internal;
  std::string message;

  bool operator==(const failure&) const = default;
};

/// "version_conflict: stream 'x' is at version 3 …".
std::string to_string(const failure& error);

/// What is thrown where a value is taken out of a result that holds a failure, and by
/// constructors that cannot return one.
class error : public std::runtime_error {
public:
  explicit error(failure why);
  const failure& why() const noexcept { return why_; }

private:
  failure why_;
};

/// Throws `error`; found by Boost.System when `value()` is called on a failed result.
[[noreturn]] void throw_exception_from_error(const failure& why, const boost::source_location&);

/// A value or a failure. `r.has_value()`, `*r`, `r.error()`; `r.value()` throws `annals::error`.
template <class T = void>
using result = boost::system::result<T, failure>;

} // namespace annals
