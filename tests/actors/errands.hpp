#pragma once

#include <annals/annals.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>

/// A gate that refuses, and a clerk who deals with it in several ways.
namespace errands {

inline std::atomic<bool> mended{false};
inline constexpr std::chrono::minutes pause{1};

/// What a clerk is to do: open the gate in each of these ways; `mode` says what a refusal means.
struct start {
  static constexpr annals::command_name name{"errands.start"};
  std::string mode;
  std::vector<std::string> ways;
};
BOOST_DESCRIBE_STRUCT(start, (), (mode, ways))

struct open {
  static constexpr annals::command_name name{"errands.open"};
  std::string way;
};
BOOST_DESCRIBE_STRUCT(open, (), (way))

struct unlock {
  static constexpr annals::command_name name{"errands.unlock"};
};
BOOST_DESCRIBE_STRUCT(unlock, (), ())

struct started {
  static constexpr annals::event_name name{"errands.started"};
  std::string mode;
  std::vector<std::string> ways;
};
BOOST_DESCRIBE_STRUCT(started, (), (mode, ways))

struct opened {
  static constexpr annals::event_name name{"errands.opened"};
  std::string way;
};
BOOST_DESCRIBE_STRUCT(opened, (), (way))

struct unlocked {
  static constexpr annals::event_name name{"errands.unlocked"};
};
BOOST_DESCRIBE_STRUCT(unlocked, (), ())

struct gate {
  static constexpr annals::aggregate_name name{"errands.gate"};
  using commands = annals::commands<start, open, unlock>;
  using events = annals::events<started, opened, unlocked>;
  bool is_locked = true;
  std::vector<std::string> ways;
};
BOOST_DESCRIBE_STRUCT(gate, (), (is_locked, ways))

inline started decide(const gate&, const start& command) { return {command.mode, command.ways}; }
inline annals::decision<opened> decide(const gate& self, const open& command) {
  if (command.way == "throw")
    throw std::runtime_error{"the hinge broke"};
  if (command.way == "knock" && self.is_locked)
    return annals::reject("the gate is locked");
  return opened{command.way};
}
inline unlocked decide(const gate&, const unlock&) { return {}; }

inline gate evolve(gate self, const started&) { return self; }
inline gate evolve(gate self, const opened& event) {
  self.ways.push_back(event.way);
  return self;
}
inline gate evolve(gate self, const unlocked&) { return {false, std::move(self.ways)}; }

struct try_again {
  static constexpr annals::command_name name{"errands.try_again"};
  std::string way;
};
BOOST_DESCRIBE_STRUCT(try_again, (), (way))

struct clerk {
  static constexpr annals::process_manager_name name{"errands.clerk"};
  using timers = annals::timers<try_again>;
  std::string mode;
  std::int64_t refusals = 0;
  std::vector<std::string> noted;
};
BOOST_DESCRIBE_STRUCT(clerk, (), (mode, refusals, noted))

inline annals::reaction react(clerk& self, const annals::recorded<started>& event) {
  self.mode = event->mode;
  annals::reaction made;
  for (const auto& way : event->ways)
    made.send(annals::to<gate>("gate", open{way}));
  return made;
}
inline annals::reaction react(clerk& self, const annals::recorded<opened>& event) {
  self.noted.push_back("opened by " + event->way);
  return {};
}
inline annals::reaction react(clerk& self, const annals::refused<open>& command) {
  ++self.refusals;
  self.noted.push_back(self.mode + ' ' + command.id + ' ' + command->way + ": "
                       + annals::to_string(command.why));
  if (self.mode == "throw" && !mended)
    throw std::runtime_error{"nobody told me"};
  if (self.mode == "again")
    return self.refusals < 3 ? annals::to<gate>(command.id, open{command->way})
                             : annals::reaction{}.complete();
  if (self.mode == "later")
    return annals::reaction{}.after(pause, try_again{command->way});
  if (self.mode == "instead")
    return annals::to<gate>(command.id, open{"climb"});
  return {};
}
inline annals::reaction react(clerk&, const annals::due<try_again>& timer) {
  return annals::to<gate>("gate", open{timer->way});
}

} // namespace errands
