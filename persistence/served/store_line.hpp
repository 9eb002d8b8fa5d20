#pragma once

#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace annals::served {

/// A question for a store elsewhere. One that is asked again under the same channel and number is
/// answered as it was the first time, as long as the other side has not been started anew.
struct line_question {
  /// Of whoever asks one thing at a time.
  uuid channel{};
  std::uint64_t number = 0;
  std::string bytes;
};

/// The way to a store elsewhere, which may break and come back. Any thread.
class store_line {
public:
  using clock = std::chrono::steady_clock;

  virtual ~store_line() = default;

  /// Asks and blocks until there is an answer, or nothing where it was lost on its way: then the
  /// question may have been dealt with. Gives `store_unavailable`, naming the address, where the
  /// other side was not reached until `until`.
  virtual result<std::optional<std::string>> ask(const line_question& question,
                                                 clock::time_point until) = 0;

  /// Which run of the other side is reached now; blocks and fails as `ask`.
  virtual result<std::string> run(clock::time_point until) = 0;

  /// Has `grown` called when the other side says that the log has grown, until what is returned is
  /// destroyed.
  virtual std::unique_ptr<growth_watch> watch(growth_listener grown) = 0;

  /// For how long whoever asks goes on when the other side cannot be reached.
  virtual std::chrono::milliseconds give_up() const noexcept = 0;
  /// From now on nobody waits past `time` for another side that is not reached. Any thread.
  virtual void give_up_at(clock::time_point time) noexcept = 0;
  /// That time; the end of all time where none was said. Any thread.
  virtual clock::time_point gives_up_at() const noexcept = 0;
  /// How the store is named in messages.
  virtual const std::string& shown() const noexcept = 0;
};

/// A failure of the store itself, with where it is: its message names a file of another machine.
failure as_told_by(const store_line& line, failure why);

/// Asks over a line one thing at a time, again where an answer was lost.
class line_channel {
public:
  explicit line_channel(std::shared_ptr<store_line> line);

  /// Blocks until there is an answer. Gives `store_unavailable` as the line does, and then says
  /// whether the question may have been dealt with.
  result<std::string> ask(std::string question);

  /// The same, but gives up as soon as an answer is lost: then nothing is returned. `again` asks
  /// the last question once more.
  result<std::optional<std::string>> ask_once(std::string question,
                                              store_line::clock::time_point until);
  result<std::optional<std::string>> again(store_line::clock::time_point until);

  /// Whether an answer to the last question was lost, if only once.
  bool was_lost() const noexcept { return was_lost_; }
  store_line::clock::time_point deadline() const;
  /// Whether there is time to ask once more what was lost, for who gives up `until` then. Gives
  /// `store_unavailable` where there is none.
  result<void> may_ask_again(store_line::clock::time_point until) const;
  store_line& line() noexcept { return *line_; }

private:
  std::shared_ptr<store_line> line_;
  line_question last_;
  bool was_lost_ = false;
};

} // namespace annals::served
