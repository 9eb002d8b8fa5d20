#include "tests/faults/storm_judge.hpp"

#include <limits>

namespace annals::tests::storm {

namespace {

constexpr std::size_t page_size = 10'000;
constexpr std::size_t most_findings = 40;
constexpr const char* aggregate_name = "ledger.account";

// What an event adds to its account, by its payload.
std::int64_t change_of(const recorded_event& event) {
  if (event.type == "ledger.deposited")
    return from_json<ledger::deposited>(event.payload).value().cents;
  return -from_json<ledger::withdrawn>(event.payload).value().cents;
}

struct change {
  std::string account;
  std::int64_t cents = 0;
};

std::vector<change> planned_changes(const planned& one) {
  switch (one.what) {
    case kind::deposit: return {{one.account, one.cents}};
    case kind::withdraw: return {{one.account, -one.cents}};
    case kind::exchange: return {{one.account, -one.cents}, {one.account, one.cents + gain}};
    case kind::transfer: return {{one.account, -one.cents}, {one.to, one.cents}};
    case kind::look: break;
  }
  return {};
}

// What the events of one stream say of their command.
answer truth_of(const std::vector<recorded_event>& events) {
  const auto& last = events.back();
  return {true, last.stream, last.version, last.position, static_cast<std::uint32_t>(events.size()),
          {}};
}

answer truth_of(const command_outcome& outcome) {
  if (outcome.why)
    return {false, {}, 0, 0, 0, outcome.why->message};
  return {true, outcome.stream, outcome.version, outcome.position, outcome.events, {}};
}

// A command has events or an outcome; a transfer that was carried out has both.
bool happened_once(const planned& one, std::size_t events,
                   const std::vector<command_outcome>& outcomes) {
  if (one.what == kind::transfer)
    return outcomes.size() == 1 && outcomes.front().why.has_value() == (events == 0);
  return (events == 0 ? 0U : 1U) + outcomes.size() == 1;
}

std::string text_of(const answer& given) {
  if (!given.accepted)
    return "rejected: " + given.reason;
  return given.stream + " version " + std::to_string(given.version) + " position "
         + std::to_string(given.position) + " events " + std::to_string(given.events);
}

} // namespace

judge::judge(std::uint32_t seed, const diary& written) : seed_{seed}, diary_{written} {}

void judge::check(bool good, const std::string& what) {
  if (good)
    return;
  ++found_;
  if (findings_.size() < most_findings)
    findings_.push_back(what);
}

void judge::read(event_reader& store) {
  for (;;) {
    const auto page = store.read_log(last_, page_size).value();
    for (const auto& event : page)
      take(event);
    if (page.size() < page_size)
      break;
  }
  for (unsigned i = 0; i < accounts; ++i)
    take_outcomes(store, std::to_string(i));
}

void judge::take(const recorded_event& event) {
  check(event.position == last_ + 1, "a gap before position " + std::to_string(event.position));
  last_ = event.position;
  auto& balances = history_.try_emplace(event.stream, 1, 0).first->second;
  check(event.version == balances.size(), event.stream + " has no event of version "
                                              + std::to_string(balances.size()) + " before "
                                              + std::to_string(event.version));
  balances.push_back(balances.back() + change_of(event));
  effects_[event.causation_id].events.push_back(event);
}

void judge::take_outcomes(event_reader& store, const std::string& account) {
  auto all = store.read_outcomes(stream_name(aggregate_name, account), timestamp{},
                                 std::numeric_limits<std::uint32_t>::max());
  for (auto& one : all.value())
    if (one.why && one.why->code != errc::rejected)
      ++failures_recorded_;
    else
      effects_[one.command_id].outcomes.push_back(std::move(one));
}

void judge::compare() {
  std::size_t known = 0;
  for (const auto& [at, answers] : diary_.asked) {
    auto had = effects_.find(plan(seed_, at).id);
    known += had != effects_.end() ? 1 : 0;
    compare(at, answers, had != effects_.end() ? had->second : effect{});
  }
  check(known == effects_.size(),
        std::to_string(effects_.size() - known) + " effects of commands that nobody sent");
}

void judge::compare(place at, const std::vector<answer>& answers, const effect& had) {
  const auto one = plan(seed_, at);
  const auto what = "command " + std::to_string(at.caller) + '/' + std::to_string(at.number) + " ("
                    + to_string(one.id) + ") for account " + one.account;
  check(!answers.empty(), what + " was never answered");
  check(happened_once(one, had.events.size(), had.outcomes),
        what + " has " + std::to_string(had.events.size()) + " events and "
            + std::to_string(had.outcomes.size()) + " outcomes");
  answer truth;
  if (!had.events.empty()) {
    compare_events(one, had.events, what);
    truth = truth_of(had.events);
  }
  if (!had.outcomes.empty()) {
    compare_outcome(one, had, what);
    truth = truth_of(had.outcomes.front());
  }
  ++(truth.accepted ? accepted_ : rejected_);
  answers_ += answers.size();
  for (const auto& given : answers)
    check(given == truth,
          what + " was answered " + text_of(given) + ", and the store has " + text_of(truth));
}

// Those of the plan, side by side in the log, and in the stream where it is one.
void judge::compare_events(const planned& one, const std::vector<recorded_event>& events,
                           const std::string& what) {
  const auto changes = planned_changes(one);
  check(changes.size() == events.size(), what + " has " + std::to_string(events.size())
                                             + " events in place of "
                                             + std::to_string(changes.size()));
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& event = events[i];
    check(event.position == events.front().position + i
              && (event.stream != events.front().stream
                  || event.version == events.front().version + i),
          what + " has events that are not side by side");
    check(i >= changes.size()
              || (event.stream == stream_name(aggregate_name, changes[i].account)
                  && change_of(event) == changes[i].cents),
          what + " has another's effect");
    const auto& balances = history_.at(event.stream);
    const auto after = one.what == kind::exchange ? events.back().version : event.version;
    check(after < balances.size() && balances[after] >= 0, what + " was accepted without funds");
  }
}

// A rejection was right at the version that it names; an acceptance tells of the command's events.
void judge::compare_outcome(const planned& one, const effect& had, const std::string& what) {
  const auto& outcome = had.outcomes.front();
  check(outcome.stream == stream_name(aggregate_name, one.account), what + ": another stream");
  const bool may_be_refused = one.what == kind::withdraw || one.what == kind::transfer;
  check((may_be_refused || !outcome.why) && outcome.events == had.events.size(),
        what + " has the outcome of another command");
  if (!had.events.empty())
    check(outcome.version == had.events.front().version
              && outcome.position == had.events.back().position,
          what + " has an outcome that tells of other events");
  if (!outcome.why)
    return;
  auto found = history_.find(outcome.stream);
  const auto versions = found == history_.end() ? 1 : found->second.size();
  check(outcome.version < versions, what + " was rejected at a version that is not there");
  const auto balance =
      found == history_.end() || outcome.version >= versions ? 0 : found->second[outcome.version];
  check(balance < one.cents, what + " was rejected at version " + std::to_string(outcome.version)
                                 + " with a balance of " + std::to_string(balance));
}

std::map<std::string, std::int64_t> judge::balances() const {
  std::map<std::string, std::int64_t> all;
  for (unsigned i = 0; i < accounts; ++i) {
    auto account = std::to_string(i);
    auto found = history_.find(stream_name(aggregate_name, account));
    all[account] = found == history_.end() ? 0 : found->second.back();
  }
  return all;
}

} // namespace annals::tests::storm
