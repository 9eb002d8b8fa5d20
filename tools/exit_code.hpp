#pragma once

#include <annals/messages/error.hpp>

#include <string>

namespace annals::tools {

/// What a script can branch on. After a signal it is 128 + the signal's number: 130 or 143.
enum class exit_code : int {
  done = 0,
  failed = 1,
  /// The command line itself is wrong, or names something that the domain does not have.
  usage = 2,
  /// The aggregate refused the command, or a value that only one may have is taken.
  rejected = 3,
  /// There is no such stream, version or model.
  not_found = 4,
  /// The store is not there, locked, full, read-only, damaged, too new, or no store.
  store = 5,
  /// `verify` or `schema check` found something.
  found = 6,
  /// Nothing was done, for now: too much is under way, the deadline has passed, or the stream is
  /// not at the expected version.
  not_done = 7,
  /// `projections check` found a read model that is not what the log makes of it.
  differs = 8,
};

/// The exit code that goes with a failure.
exit_code exit_code_for(errc code) noexcept;

/// Why a subcommand ended without doing what it was told, and with which exit code.
struct tool_failure {
  tool_failure() = default;
  // Not explicit: what the library answers is passed on as it is.
  tool_failure(const failure& why);
  tool_failure(std::string code_text, std::string what, exit_code code);

  /// A failure of the call that opens the store: a store that is not there cannot be used.
  static tool_failure opening(const failure& why);
  static tool_failure usage(std::string what);
  /// The reader of our output went away, as `head` does: nothing is said, and it is no failure.
  static tool_failure quiet_end();
  /// SIGINT or SIGTERM; `what` says how far it came.
  static tool_failure interrupted(int signal, const std::string& what);

  bool quiet() const noexcept { return code.empty(); }

  /// A word that programs can branch on: the name of an `errc`, "usage", "interrupted",
  /// "input" or "output".
  std::string code;
  std::string message;
  exit_code exit = exit_code::failed;
};

/// A value, or why there is none.
template <class T = void>
using outcome = boost::system::result<T, tool_failure>;

} // namespace annals::tools
