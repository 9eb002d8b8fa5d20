#pragma once

#include <annals/messages/reservation.hpp>
#include <concepts>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace annals {

/// Why a command was refused, in the domain's own words.
class rejection {
public:
  constexpr rejection() = default;
  constexpr explicit rejection(std::string_view reason) : text_(reason.begin(), reason.end()) {}

  /// Valid as long as the rejection lives.
  constexpr std::string_view reason() const noexcept { return {text_.data(), text_.size()}; }
  constexpr bool operator==(const rejection&) const = default;

private:
  // Not a std::string: g++ 12 cannot move one in a constant expression.
  std::vector<char> text_;
};

/// What `decide` returns to refuse a command: `return annals::reject("insufficient funds");`.
constexpr rejection reject(std::string_view reason) { return rejection{reason}; }

/// What `decide` returns to accept a command that changes nothing: `return annals::no_events;`.
struct no_events_t {};
inline constexpr no_events_t no_events{};

/// The answer of a `decide`: a rejection, or the events that happened, in order, which may be
/// none. The types in `decision<…>` are those that the command may emit. A value, usable in
/// constant expressions; the idea is the Decider of J. Chassaing.
template <class... Events>
class decision {
public:
  using event_type = std::variant<Events...>;

  /// Whether the decision may hold an event of type `T`.
  template <class T>
  static constexpr bool emits = (std::is_same_v<T, Events> || ...);

  constexpr decision(rejection why) : rejection_{std::move(why)}, rejected_{true} {}
  constexpr decision(no_events_t) {}

  /// One event or several, in the order in which they happened.
  template <class... Given>
    requires(sizeof...(Given) > 0 && (emits<std::remove_cvref_t<Given>> && ...))
  constexpr decision(Given&&... happened) {
    events_.reserve(sizeof...(Given));
    (events_.emplace_back(std::forward<Given>(happened)), ...);
  }

  /// For decisions whose number of events depends on the state: start from `no_events` and add.
  template <class Event>
    requires(emits<std::remove_cvref_t<Event>>)
  constexpr decision& add(Event&& happened) {
    events_.emplace_back(std::forward<Event>(happened));
    return *this;
  }

  /// Takes a value that only one stream may have, such as an e-mail address, in the same commit as
  /// the events: `return decision{registered{…}}.reserve("users.email", command.email);`. Where
  /// another stream has it, nothing is stored and the caller gets `already_taken`. `set` says what
  /// the value is unique in. Taking what the stream has already changes nothing.
  decision& reserve(std::string_view set, std::string_view value) & {
    reservations_.push_back({std::string{set}, std::string{value}, false});
    return *this;
  }
  decision&& reserve(std::string_view set, std::string_view value) && {
    return std::move(reserve(set, value));
  }

  /// Gives such a value back; a value that another stream has stays there.
  decision& release(std::string_view set, std::string_view value) & {
    reservations_.push_back({std::string{set}, std::string{value}, true});
    return *this;
  }
  decision&& release(std::string_view set, std::string_view value) && {
    return std::move(release(set, value));
  }

  constexpr bool rejected() const noexcept { return rejected_; }
  /// The reason; empty where the command was accepted.
  constexpr std::string_view reason() const noexcept { return rejection_.reason(); }
  constexpr const std::vector<event_type>& events() const& noexcept { return events_; }
  /// In the order in which they were asked for.
  const std::vector<reservation>& reservations() const noexcept { return reservations_; }
  constexpr std::vector<event_type>&& events() && noexcept { return std::move(events_); }

private:
  std::vector<event_type> events_;
  std::vector<reservation> reservations_;
  rejection rejection_;
  bool rejected_ = false;
};

} // namespace annals
