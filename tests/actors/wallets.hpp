#pragma once

#include <annals/annals.hpp>

#include <chrono>
#include <stdexcept>

/// The domain of the tests of process managers: wallets, and what moves money between them.
namespace wallets {

struct put {
  static constexpr annals::command_name name{"wallets.put"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(put, (), (cents))

struct take {
  static constexpr annals::command_name name{"wallets.take"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(take, (), (cents))

struct ask_transfer {
  static constexpr annals::command_name name{"wallets.ask_transfer"};
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(ask_transfer, (), (to, cents))

struct close {
  static constexpr annals::command_name name{"wallets.close"};
};
BOOST_DESCRIBE_STRUCT(close, (), ())

struct was_put {
  static constexpr annals::event_name name{"wallets.was_put"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(was_put, (), (cents))

struct was_taken {
  static constexpr annals::event_name name{"wallets.was_taken"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(was_taken, (), (cents))

struct transfer_asked {
  static constexpr annals::event_name name{"wallets.transfer_asked"};
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer_asked, (), (to, cents))

struct closed {
  static constexpr annals::event_name name{"wallets.closed"};
};
BOOST_DESCRIBE_STRUCT(closed, (), ())

struct wallet {
  static constexpr annals::aggregate_name name{"wallets.wallet"};
  using commands = annals::commands<put, take, ask_transfer, close>;
  using events = annals::events<was_put, was_taken, transfer_asked, closed>;
  std::int64_t cents = 0;
  bool is_closed = false;
};
BOOST_DESCRIBE_STRUCT(wallet, (), (cents, is_closed))

inline annals::decision<was_put> decide(const wallet& self, const put& command) {
  if (self.is_closed)
    return annals::reject("the wallet is closed");
  return was_put{command.cents};
}
inline annals::decision<was_taken> decide(const wallet& self, const take& command) {
  if (command.cents > self.cents)
    return annals::reject("not enough in it");
  return was_taken{command.cents};
}
inline transfer_asked decide(const wallet&, const ask_transfer& command) {
  return {command.to, command.cents};
}
inline closed decide(const wallet&, const close&) { return {}; }

inline wallet evolve(wallet self, const was_put& event) {
  self.cents += event.cents;
  return self;
}
inline wallet evolve(wallet self, const was_taken& event) {
  self.cents -= event.cents;
  return self;
}
inline wallet evolve(wallet self, const transfer_asked&) { return self; }
inline wallet evolve(wallet self, const closed&) { return {self.cents, true}; }

/// Takes from one wallet and puts into another; where that is closed, gives it back.
struct transfer {
  static constexpr annals::process_manager_name name{"wallets.transfer"};
  std::string from;
  std::string to;
  std::int64_t cents = 0;
  std::string stage;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (from, to, cents, stage))

inline annals::reaction react(transfer& self, const annals::recorded<transfer_asked>& event) {
  self = {event.id, event->to, event->cents, "taking"};
  return annals::to<wallet>(self.from, take{self.cents});
}
inline annals::reaction react(transfer& self, const annals::recorded<was_taken>& event) {
  if (self.stage != "taking" || event.id != self.from)
    return {};
  self.stage = "putting";
  return annals::to<wallet>(self.to, put{self.cents});
}
inline annals::reaction react(transfer& self, const annals::recorded<was_put>&) {
  if (self.stage != "putting" && self.stage != "giving back")
    return {};
  self.stage = self.stage == "putting" ? "done" : "given back";
  return annals::reaction{}.complete();
}
inline annals::reaction react(transfer& self, const annals::refused<take>&) {
  self.stage = "refused";
  return annals::reaction{}.complete();
}
inline annals::reaction react(transfer& self, const annals::refused<put>&) {
  self.stage = "giving back";
  return annals::to<wallet>(self.from, put{self.cents});
}

/// Answers each cent with another one, for ever.
struct echo {
  static constexpr annals::process_manager_name name{"wallets.echo"};
};
BOOST_DESCRIBE_STRUCT(echo, (), ())
inline annals::reaction react(echo&, const annals::recorded<was_put>& event) {
  if (event->cents != 1)
    return {};
  return annals::to<wallet>(event.id, put{1});
}

/// Takes more than there is, and does not want to hear of it.
struct careless {
  static constexpr annals::process_manager_name name{"wallets.careless"};
};
BOOST_DESCRIBE_STRUCT(careless, (), ())
inline annals::reaction react(careless&, const annals::recorded<was_put>& event) {
  return annals::to<wallet>(event.id, take{event->cents + 1});
}

/// Has no idea what to do with 13 cents.
struct superstitious {
  static constexpr annals::process_manager_name name{"wallets.superstitious"};
  std::int64_t seen = 0;
};
BOOST_DESCRIBE_STRUCT(superstitious, (), (seen))
inline annals::reaction react(superstitious& self, const annals::recorded<was_put>& event) {
  ++self.seen;
  if (event->cents == 13)
    throw std::runtime_error{"thirteen"};
  return {};
}

struct rent {
  static constexpr annals::command_name name{"wallets.rent"};
  std::string wallet;
  std::int64_t months = 0;
};
BOOST_DESCRIBE_STRUCT(rent, (), (wallet, months))

/// Takes a cent an hour for as long as the amount that was put says: 100 is never, 200 an hour ago.
struct landlord {
  static constexpr annals::process_manager_name name{"wallets.landlord"};
  using timers = annals::timers<rent>;
  std::int64_t taken = 0;
};
BOOST_DESCRIBE_STRUCT(landlord, (), (taken))
inline annals::reaction react(landlord&, const annals::recorded<was_put>& event) {
  using namespace std::chrono_literals;
  auto wait = event->cents == 100   ? std::chrono::milliseconds::max()
              : event->cents == 200 ? std::chrono::milliseconds{-1h}
                                    : std::chrono::milliseconds{1h};
  return annals::reaction{}.after(wait, rent{event.id, event->cents});
}
inline annals::reaction react(landlord& self, const annals::due<rent>& timer) {
  ++self.taken;
  annals::reaction next{annals::to<wallet>(timer->wallet, take{1})};
  if (timer->months <= 1 || timer->months >= 100)
    return next.complete();
  return next.after(std::chrono::hours{1}, rent{timer->wallet, timer->months - 1});
}

/// Sets a timer that it does not list.
struct forgetful {
  static constexpr annals::process_manager_name name{"wallets.forgetful"};
};
BOOST_DESCRIBE_STRUCT(forgetful, (), ())
inline annals::reaction react(forgetful&, const annals::recorded<was_put>& event) {
  return annals::reaction{}.after(std::chrono::hours{1}, rent{event.id, 1});
}

} // namespace wallets
