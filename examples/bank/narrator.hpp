#pragma once

#include <annals/messages/command.hpp>
#include <annals/messages/events.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace bank {

/// Tells a person what happens, step by step, and counts what did not go as it was claimed to.
class narrator {
public:
  explicit narrator(std::ostream& out) : out_{out} {}

  /// A heading.
  void step(std::string_view title);

  /// A heading with the correlation id that all commands of the step carry.
  void step(std::string_view title, const annals::uuid& correlation_id);

  /// What became of a command.
  void command(std::string_view what, const annals::reply& reply);

  /// A stored event as a line.
  void event(const annals::recorded_event& event);

  /// A claim about the bank that has just been checked.
  void claim(std::string_view what, bool holds);

  bool all_claims_hold() const noexcept { return failed_ == 0; }

  /// The last line: whether everything agreed.
  void end();

private:
  std::ostream& out_;
  int steps_ = 0;
  int claims_ = 0;
  int failed_ = 0;
};

/// Whole cents, 0 or more, as a person reads them: 5000 is "50.00".
std::string money(std::int64_t cents);

} // namespace bank
