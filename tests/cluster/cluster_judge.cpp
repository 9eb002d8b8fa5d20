#include "tests/cluster/cluster_judge.hpp"

#include <annals/messages/reacted.hpp>

#include <algorithm>

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

bool is_asked_of_process(const asked_command& one) {
  return one.envelope.body.name() == bank::request_transfer::name.text();
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

// Of two owners of a stream that both wrote, one would have a version that the other has too.
void cluster_judge::take(const recorded_event& event) {
  auto place = " at position " + std::to_string(event.position);
  check(event.version == ++versions_[event.stream], "a version out of order" + place);
  ++events_of_[event.causation_id];
  by_correlation_[event.correlation_id].push_back(&event);
  auto& balance = balances_[std::string{split_stream_name(event.stream).id}];
  balance += change_by(event);
  check(balance >= 0, "a balance below 0" + place);
}

void cluster_judge::check_answers(const std::map<uuid, asked_command>& asked) {
  for (const auto& [id, one] : asked) {
    auto name = "the command " + to_string(id);
    check(one.answer.has_value(), name + " has no answer");
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

void cluster_judge::check_model() {
  auto stored = store_.load_model(bank::accounts::name.text()).value();
  check(stored.has_value(), "the read model was never stored");
  if (!stored)
    return;
  registry domain = bank::domain{};
  auto fold = domain.find_projection(bank::accounts::name.text())->make();
  for (const auto& event : log_)
    if (event.position <= stored->checkpoint)
      domain.project(*fold, event).value();
  check(fold->to_json().value() == stored->model,
        "the stored read model is not the fold of the log up to its checkpoint, "
            + std::to_string(stored->checkpoint));
  check(stored->checkpoint == log_.size(),
        "the read model was stored at " + std::to_string(stored->checkpoint) + " of "
            + std::to_string(log_.size()) + " when all had ended in order");
}

} // namespace annals::tests::cluster
