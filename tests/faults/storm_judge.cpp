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

std::vector<std::int64_t> planned_changes(const planned& one) {
  switch (one.what) {
    case kind::deposit: return {one.cents};
    case kind::withdraw: return {-one.cents};
    case kind::exchange: return {-one.cents, one.cents + gain};
    case kind::look: break;
  }
  return {};
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
  check((had.events.empty() ? 0U : 1U) + had.outcomes.size() == 1,
        what + " has " + std::to_string(had.events.size()) + " events and "
            + std::to_string(had.outcomes.size()) + " outcomes");
  answer truth;
  if (!had.events.empty()) {
    compare_events(one, had.events, what);
    const auto& last = had.events.back();
    truth = {true,
             last.stream,
             last.version,
             last.position,
             static_cast<std::uint32_t>(had.events.size()),
             {}};
  } else if (!had.outcomes.empty()) {
    const auto& outcome = had.outcomes.front();
    compare_outcome(one, outcome, what);
    if (outcome.why)
      truth = {false, {}, 0, 0, 0, outcome.why->message};
    else
      truth = {true, outcome.stream, outcome.version, outcome.position, outcome.events, {}};
  }
  ++(truth.accepted ? accepted_ : rejected_);
  answers_ += answers.size();
  for (const auto& given : answers)
    check(given == truth,
          what + " was answered " + text_of(given) + ", and the store has " + text_of(truth));
}

// Those of the plan, side by side in the stream and in the log.
void judge::compare_events(const planned& one, const std::vector<recorded_event>& events,
                           const std::string& what) {
  const auto changes = planned_changes(one);
  check(changes.size() == events.size(), what + " has " + std::to_string(events.size())
                                             + " events in place of "
                                             + std::to_string(changes.size()));
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& event = events[i];
    check(event.stream == stream_name(aggregate_name, one.account)
              && event.version == events.front().version + i
              && event.position == events.front().position + i,
          what + " has events that are not side by side");
    check(i >= changes.size() || change_of(event) == changes[i], what + " has another's effect");
  }
  const auto& balances = history_.at(events.back().stream);
  check(events.back().version < balances.size() && balances[events.back().version] >= 0,
        what + " was accepted without funds");
}

// A rejection was right at the version that it names.
void judge::compare_outcome(const planned& one, const command_outcome& outcome,
                            const std::string& what) {
  check(outcome.stream == stream_name(aggregate_name, one.account), what + ": another stream");
  check(outcome.why.has_value() == (one.what == kind::withdraw) && outcome.events == 0,
        what + " has the outcome of another command");
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
