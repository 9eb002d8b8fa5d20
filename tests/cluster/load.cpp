#include "tests/cluster/load.hpp"

#include <annals/messages/joint_command.hpp>

#include <catch2/catch.hpp>

namespace annals::tests::cluster {

namespace {

using namespace std::chrono_literals;

// Of a password that nobody needs.
constexpr const char* unused_hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                    "RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE";

std::string account_named(unsigned number) { return "acc-" + std::to_string(number); }

} // namespace

void transfer_load::open_accounts() {
  for (unsigned i = 0; i < accounts; ++i) {
    at_.ask<bank::account>(account_named(i),
                           bank::open_account{"Ada", "ada@example.org", unused_hash})
        .get()
        .value();
    at_.ask<bank::account>(account_named(i), bank::credit{funds}).get().value();
  }
}

void transfer_load::start() {
  thread_ = std::thread{[this] { run(); }};
}

void transfer_load::stop() {
  stopping_ = true;
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

command transfer_load::next() {
  auto from = static_cast<unsigned>(random_() % accounts);
  auto to = (from + 1 + static_cast<unsigned>(random_() % (accounts - 1))) % accounts;
  std::int64_t cents = 1 + static_cast<std::int64_t>(random_() % 100);
  if (random_() % 50 == 0)
    cents = funds * accounts; // more than there is
  command_options options;
  options.command_id = options.correlation_id = make_id();
  if (random_() % 2 == 0)
    return command_for(bank::transfer{account_named(from), account_named(to), cents}, options);
  return command_for<bank::account>(account_named(from),
                                    bank::request_transfer{account_named(to), cents}, options);
}

void transfer_load::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] {
      return !to_ask_again_.empty() || (stopping_ && under_way_ == 0)
             || (!stopping_ && under_way_ < most_under_way);
    });
    auto again = std::exchange(to_ask_again_, {});
    if (again.empty() && stopping_)
      return;
    if (again.empty()) {
      auto envelope = next();
      again.push_back(envelope.command_id);
      all_[envelope.command_id].envelope = std::move(envelope);
      all_[again.back()].since = std::chrono::steady_clock::now();
      ++under_way_;
    }
    lock.unlock();
    for (const auto& id : again)
      ask(id);
    lock.lock();
  }
}

void transfer_load::ask(const uuid& id) {
  command envelope;
  {
    std::lock_guard guard{mutex_};
    auto& one = all_.at(id);
    envelope = one.envelope;
    ++one.attempts;
  }
  at_.ask(std::move(envelope), [this, id](reply answer) { on_answer(id, std::move(answer)); });
}

void transfer_load::on_answer(const uuid& id, reply answer) {
  std::lock_guard guard{mutex_};
  auto& one = all_.at(id);
  if (!answer && is_transient(answer.error().code)) {
    to_ask_again_.push_back(id);
  } else {
    one.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - one.since);
    one.answer = std::move(answer);
    --under_way_;
  }
  changed_.notify_all();
}

} // namespace annals::tests::cluster
