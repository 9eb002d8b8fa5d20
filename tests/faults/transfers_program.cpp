// Asks for 10,000 transfers and ends when each has come to its end. It is killed, and started
// again, and goes on. Arguments: store file, seed.

#include "tests/faults/transfers_plan.hpp"

#include <annals/annals.hpp>

#include <cstdio>
#include <deque>
#include <set>
#include <thread>

using namespace annals;
using namespace annals::tests::transfers;

namespace {

constexpr std::size_t asked_at_once = 256;

// Of a password that nobody needs.
constexpr const char* hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                             "RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE";

command_options with_id(const uuid& id) {
  command_options options;
  options.command_id = options.correlation_id = id;
  return options;
}

using answers = std::vector<std::future<reply>>;

template <class Command>
void ask_once(answers& into, node& bank, unsigned account, const char* what, Command body) {
  auto id = derive_id({}, std::string{what} + ' ' + std::to_string(account));
  into.push_back(bank.ask<bank::account>(std::to_string(account), std::move(body), with_id(id)));
}

// Commands of one thread to one account are carried out in this order.
void open_accounts(node& bank) {
  answers all;
  for (unsigned i = 0; i < accounts; ++i) {
    ask_once(all, bank, i, "open", bank::open_account{"Ada", "ada@example.org", hash});
    if (i < accounts - closed_accounts)
      ask_once(all, bank, i, "fund", bank::credit{funds});
    else
      ask_once(all, bank, i, "close", bank::close_account{});
  }
  for (auto& each : all)
    each.get().value();
}

std::set<uuid> asked_before(node& bank) {
  std::set<uuid> asked;
  auto reader = bank.open_reader().value();
  for (log_position after = 0;;) {
    const auto page = reader->read_log(after, 10'000).value();
    for (const auto& event : page)
      if (event.type == bank::transfer_requested::name.text())
        asked.insert(event.correlation_id);
    if (page.empty())
      return asked;
    after = page.back().position;
  }
}

void ask_for_transfers(node& bank, std::uint32_t seed) {
  const auto asked = asked_before(bank);
  std::deque<std::future<reply>> waiting;
  for (unsigned number = 0; number < count; ++number) {
    const auto one = plan(seed, number);
    if (asked.contains(one.id))
      continue;
    if (waiting.size() == asked_at_once) {
      waiting.front().get().value();
      waiting.pop_front();
    }
    waiting.push_back(bank.ask<bank::account>(one.from, bank::request_transfer{one.to, one.cents},
                                              with_id(one.id)));
  }
  for (auto& each : waiting)
    each.get().value();
}

void run(const std::string& store, std::uint32_t seed) {
  config settings;
  settings.store = "sqlite:" + store;
  settings.save_interval = std::chrono::milliseconds{200};
  node bank{domain{}, settings};
  open_accounts(bank);
  ask_for_transfers(bank, seed);
  for (;;) {
    const auto status = bank.processes().at(0);
    if (status.stopped || status.stopped_processes != 0)
      throw error{status.stopped ? *status.stopped : status.stopped_first.at(0).why};
    if (status.position == status.end && status.open_commands == 0)
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  bank.stop();
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  try {
    run(argv[1], static_cast<std::uint32_t>(std::stoul(argv[2])));
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "transfers: %s\n", thrown.what());
    return 1;
  }
}
