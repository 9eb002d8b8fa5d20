#include "tests/faults/transfers_judge.hpp"

namespace annals::tests::transfers {

namespace {

constexpr std::size_t transfers_page = 10'000;
constexpr std::size_t transfers_findings = 40;

template <class Event>
std::int64_t cents_in(const recorded_event& event) {
  return from_json<Event>(event.payload).value().cents;
}

} // namespace

void judge::check(bool good, const std::string& what) {
  if (good)
    return;
  ++found_;
  if (findings_.size() < transfers_findings)
    findings_.push_back(what);
}

void judge::read(event_reader& store) {
  for (;;) {
    const auto page = store.read_log(last_, transfers_page).value();
    for (const auto& event : page)
      take(event);
    if (page.size() < transfers_page)
      return;
  }
}

void judge::take(const recorded_event& event) {
  check(event.position == last_ + 1, "a gap before position " + std::to_string(event.position));
  last_ = event.position;
  ++causes_[event.causation_id];
  auto& of = stories_[event.correlation_id];
  if (event.type == bank::transfer_requested::name.text())
    ++of.requests;
  else if (event.type == bank::account_debited::name.text())
    move(event, -cents_in<bank::account_debited>(event), of.debits);
  else if (event.type == bank::account_credited::name.text())
    move(event, cents_in<bank::account_credited>(event), of.credits);
  else if (event.type == bank::account_refunded::name.text())
    move(event, cents_in<bank::account_refunded>(event), of.refunds);
  else if (event.type == reacted::name.text())
    take_reaction(of, event);
}

void judge::move(const recorded_event& event, std::int64_t cents, unsigned& counter) {
  ++counter;
  auto& balance = balances_[std::string{split_stream_name(event.stream).id}];
  balance += cents;
  check(balance >= 0, "a balance below 0 at position " + std::to_string(event.position));
}

void judge::take_reaction(story& of, const recorded_event& event) {
  const auto reaction = decode_reacted(event).value();
  check(of.inputs.insert(reaction.input).second,
        "a second reaction to the same at position " + std::to_string(event.position));
  check(!of.completed, "a reaction after the end at position " + std::to_string(event.position));
  for (const auto& command : reaction.commands)
    check(effects_.emplace(command.id, 0).second,
          "a command sent by two reactions at position " + std::to_string(event.position));
  of.state = from_json<bank::money_transfer>(reaction.state.text).value();
  of.completed = reaction.completed;
}

void judge::compare() {
  for (const auto& [command, none] : effects_)
    check(causes_[command] <= 1, "the command " + to_string(command) + " was carried out "
                                     + std::to_string(causes_[command]) + " times");
  for (unsigned number = 0; number < count; ++number) {
    const auto one = plan(seed_, number);
    compare(one, stories_[one.id]);
  }
}

void judge::compare(const planned& one, const story& had) {
  const auto what = "the transfer " + to_string(one.id);
  check(had.requests == 1, what + " was asked for " + std::to_string(had.requests) + " times");
  check(had.completed, what + " has not come to its end");
  check(had.state.from == one.from && had.state.to == one.to && had.state.cents == one.cents,
        what + " is not what was asked for");
  auto moved = [&](unsigned debits, unsigned credits, unsigned refunds) {
    check(had.debits == debits && had.credits == credits && had.refunds == refunds,
          what + " has " + std::to_string(had.debits) + " debits, " + std::to_string(had.credits)
              + " credits, " + std::to_string(had.refunds) + " refunds");
  };
  switch (had.state.stage) {
    case bank::transfer_stage::done:
      ++done_;
      moved(1, 1, 0);
      break;
    case bank::transfer_stage::refunded:
      ++refunded_;
      moved(1, 0, 1);
      break;
    case bank::transfer_stage::refused:
      ++refused_;
      moved(0, 0, 0);
      break;
    default: check(false, what + " is neither done nor given back");
  }
}

} // namespace annals::tests::transfers
