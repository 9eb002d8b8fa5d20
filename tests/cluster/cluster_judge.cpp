#include "tests/cluster/cluster_judge.hpp"

#include <annals/messages/reacted.hpp>

#include <algorithm>
#include <cstdlib>

namespace annals::tests::cluster {

namespace {

constexpr std::size_t log_page = 10'000;
constexpr std::size_t most_findings = 40;

std::vector<recorded_event> read_all(event_reader& store) {
  std::vector<recorded_event> log;
  for (;;) {
    auto page = store.read_log(log.size(), log_page).value();
    std::ranges::move(page, std::back_inserter(log));
    if (page.size() < log_page)
      return log;
  }
}

template <class Event>
std::int64_t cents_of(const recorded_event& event) {
  return from_json<Event>(event.payload).value().cents;
}

template <class Event>
bool is(const recorded_event& event) {
  return event.type == Event::name.text();
}

std::int64_t change_by(const recorded_event& event) {
  if (is<bank::account_credited>(event))
    return cents_of<bank::account_credited>(event);
  if (is<bank::account_refunded>(event))
    return cents_of<bank::account_refunded>(event);
  if (is<bank::account_debited>(event))
    return -cents_of<bank::account_debited>(event);
  return 0;
}

std::string event_in_words(std::string_view account, std::string_view type, std::int64_t cents,
                           const std::string& to = {}) {
  return std::string{account} + ' ' + std::string{type} + ' ' + std::to_string(cents)
         + (to.empty() ? "" : " to " + to);
}

std::string in_words(const recorded_event& event) {
  auto account = split_stream_name(event.stream).id;
  if (!is<bank::transfer_requested>(event))
    return event_in_words(account, event.type, std::abs(change_by(event)));
  auto requested = from_json<bank::transfer_requested>(event.payload).value();
  return event_in_words(account, event.type, requested.cents, requested.to);
}

template <class Command>
Command body_of(const asked_command& one) {
  auto body = one.envelope.body.value_as(command_type_of<Command>()).value();
  return *static_cast<const Command*>(body.get());
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return '(' + text + ')';
}

bool is_asked_of_process(const asked_command& one) {
  return one.envelope.body.name() == bank::request_transfer::name.text();
}

// What a command has in the log when it is accepted.
std::vector<std::string> events_for(const asked_command& one) {
  if (is_asked_of_process(one)) {
    auto body = body_of<bank::request_transfer>(one);
    return {event_in_words(one.envelope.id, bank::transfer_requested::name.text(), body.cents,
                           body.to)};
  }
  auto body = body_of<bank::transfer>(one);
  return {event_in_words(body.from, bank::account_debited::name.text(), body.cents),
          event_in_words(body.to, bank::account_credited::name.text(), body.cents)};
}

std::optional<bank::transfer_stage> stage_after(const recorded_event& event) {
  if (!is<reacted>(event)
      || split_stream_name(event.stream).aggregate != bank::money_transfer::name.text())
    return std::nullopt;
  auto reaction = decode_reacted(event).value();
  if (!reaction.completed)
    return std::nullopt;
  return from_json<bank::money_transfer>(reaction.state.text).value().stage;
}

} // namespace

cluster_judge::cluster_judge(event_reader& store) : store_{store}, log_{read_all(store)} {
  for (const auto& event : log_)
    take(event);
}

void cluster_judge::check(bool good, const std::string& what) {
  if (good)
    return;
  ++found_;
  if (findings_.size() < most_findings)
    findings_.push_back(what);
}

// That no two owners of a stream write, each of its own state, is by the store's check of the
// version on each append: the log does not say which node has written an event. What it can show is
// that there is one line of versions, that each append is whole and stands once, that each
// command's events are what it asked for (`check_carried_out`), and that nobody has spent money
// that another had spent before.
void cluster_judge::take(const recorded_event& event) {
  auto place = " at position " + std::to_string(event.position);
  check(event.version == ++versions_[event.stream], "a version out of order" + place);
  check(event_ids_.insert(event.id).second, "an event for the second time" + place);
  check_whole(event);
  ++events_of_[event.causation_id];
  by_correlation_[event.correlation_id].push_back(&event);
  auto& balance = balances_[std::string{split_stream_name(event.stream).id}];
  balance += change_by(event);
  check(balance >= 0, "a balance below 0" + place);
}

// Two process managers may react to one event, each in a stream of its own.
void cluster_judge::check_whole(const recorded_event& event) {
  if (is<reacted>(event))
    return;
  auto [last, is_first] = last_of_.try_emplace(event.causation_id, event.position);
  check(is_first || last->second + 1 == event.position,
        "the command " + to_string(event.causation_id) + " was carried out at position "
            + std::to_string(last->second) + " and at " + std::to_string(event.position));
  last->second = event.position;
}

void cluster_judge::check_carried_out(const uuid& id, const asked_command& one) {
  std::vector<std::string> done;
  for (const auto* event : by_correlation_[id])
    if (event->causation_id == id)
      done.push_back(in_words(*event));
  check(done == events_for(one), "the command " + to_string(id) + " was carried out as "
                                     + joined(done) + " in place of " + joined(events_for(one)));
}

void cluster_judge::check_answers(const std::map<uuid, asked_command>& asked) {
  for (const auto& [id, one] : asked) {
    auto name = "the command " + to_string(id);
    check(one.answer.has_value(),
          name + ", " + joined(events_for(one)) + ", has no answer; asked "
              + std::to_string(one.attempts)
              + " times, the last time told: " + (one.told ? to_string(*one.told) : "nothing"));
    if (!one.answer)
      continue;
    if (!*one.answer) {
      check(one.answer->error().code == errc::rejected,
            name + " has the answer " + to_string(one.answer->error()));
      check(events_of_[id] == 0, name + " was rejected and has events");
      continue;
    }
    const auto& receipt = **one.answer;
    check(receipt.position >= 1 && receipt.position <= log_.size()
              && log_[receipt.position - 1].causation_id == id,
          name + " has a receipt that is not in the log");
    check(receipt.events == events_of_[id], name + " has " + std::to_string(events_of_[id])
                                                + " events, and a receipt for "
                                                + std::to_string(receipt.events));
    check_carried_out(id, one);
  }
}

bool cluster_judge::all_ended(event_reader& store, const std::map<uuid, asked_command>& asked) {
  return std::ranges::all_of(asked, [&](const auto& entry) {
    const auto& [id, one] = entry;
    if (!is_asked_of_process(one) || !one.answer || !*one.answer)
      return true;
    auto story = store.find_by_correlation(id, 0, log_page).value();
    return std::ranges::any_of(story,
                               [](const auto& event) { return stage_after(event).has_value(); });
  });
}

void cluster_judge::check_transfers(const std::map<uuid, asked_command>& asked) {
  for (const auto& [id, one] : asked) {
    if (!is_asked_of_process(one) || !one.answer || !*one.answer)
      continue;
    unsigned debits = 0, credits = 0, refunds = 0, ends = 0;
    std::set<uuid> inputs, sent;
    bool is_whole = false;
    for (const auto* event : by_correlation_[id]) {
      debits += is<bank::account_debited>(*event) ? 1 : 0;
      credits += is<bank::account_credited>(*event) ? 1 : 0;
      refunds += is<bank::account_refunded>(*event) ? 1 : 0;
      if (auto stage = stage_after(*event)) {
        ++ends;
        is_whole = *stage == bank::transfer_stage::done ? debits == 1 && credits == 1
                                                        : debits == refunds && credits == 0;
      }
      if (is<reacted>(*event)) {
        auto reaction = decode_reacted(*event).value();
        check(inputs.emplace(derive_id(reaction.input, event->stream)).second,
              "a second reaction at position " + std::to_string(event->position));
        for (const auto& command : reaction.commands)
          check(sent.insert(command.id).second && events_of_[command.id] <= 1,
                "a command of a process was carried out twice: " + to_string(command.id));
      }
    }
    check(ends == 1 && is_whole, "the transfer " + to_string(id) + " has " + std::to_string(debits)
                                     + " debits, " + std::to_string(credits) + " credits, "
                                     + std::to_string(refunds) + " refunds, " + std::to_string(ends)
                                     + " ends");
  }
}

void cluster_judge::check_money() {
  std::int64_t total = 0;
  for (const auto& [account, balance] : balances_)
    total += balance;
  check(total == transfer_load::accounts * transfer_load::funds,
        "there are " + std::to_string(total) + " cents");
}

void cluster_judge::check_models() {
  registry domain = bank::domain{};
  for (const auto& type : domain.projections())
    check_model(domain, type);
}

void cluster_judge::check_model(const registry& domain, const projection_type& type) {
  const auto& name = type.name;
  auto stored = store_.load_model(name).value();
  check(stored.has_value(), "the read model " + name + " was never stored");
  if (!stored)
    return;
  auto fold = type.make();
  for (const auto& event : log_)
    if (event.position <= stored->checkpoint)
      domain.project(*fold, event).value();
  check(fold->to_json().value() == stored->model,
        "the stored read model " + name + " is not the fold of the log up to its checkpoint, "
            + std::to_string(stored->checkpoint));
  check(stored->checkpoint == log_.size(),
        "the read model " + name + " was stored at " + std::to_string(stored->checkpoint) + " of "
            + std::to_string(log_.size()) + " when all had ended in order");
}

} // namespace annals::tests::cluster
