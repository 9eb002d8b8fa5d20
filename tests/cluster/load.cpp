#include "tests/cluster/load.hpp"

#include <annals/messages/joint_command.hpp>

#include <catch2/catch.hpp>

namespace annals::tests::cluster {

namespace {

using namespace std::chrono_literals;

constexpr int most_attempts_to_open = 20;

// Of a password that nobody needs.
constexpr const char* unused_hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                    "RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE";

std::string account_named(unsigned number) { return "acc-" + std::to_string(number); }

// What a caller may be told while nodes come and go, by the comments of `errc`. A version conflict
// is none of these: nodes decide again, and no caller names a version here.
bool says_try_later(errc code) {
  return code == errc::store_locked || code == errc::store_unavailable || code == errc::stopping
         || code == errc::timed_out || code == errc::overloaded;
}

command_options fresh_ids() {
  command_options options;
  options.command_id = options.correlation_id = make_id();
  return options;
}

void have_done(node& at, const command& envelope) {
  auto answer = at.ask(envelope).get();
  for (int i = 1; i < most_attempts_to_open && !answer && says_try_later(answer.error().code); ++i)
    answer = at.ask(envelope).get();
  answer.value();
}

} // namespace

void transfer_load::open_accounts() {
  for (unsigned i = 0; i < accounts; ++i) {
    const bank::open_account open{"Ada", "ada@example.org", unused_hash};
    have_done(at_, command_for<bank::account>(account_named(i), open, fresh_ids()));
    have_done(at_, command_for<bank::account>(account_named(i), bank::credit{funds}, fresh_ids()));
  }
}

void transfer_load::start() {
  books_->last_answer = steady::now();
  thread_ = std::thread{[this] { run(); }};
}

void transfer_load::stop(std::chrono::seconds patience) {
  {
    std::lock_guard guard{books_->mutex};
    books_->is_stopping = true;
    books_->end = steady::now() + patience;
  }
  books_->changed.notify_all();
  if (thread_.joinable())
    thread_.join();
  std::lock_guard guard{books_->mutex};
  books_->is_closed = true;
}

std::size_t transfer_load::answered() const {
  std::lock_guard guard{books_->mutex};
  return books_->answered;
}

command transfer_load::next() {
  auto from = static_cast<unsigned>(random_() % accounts);
  auto to = (from + 1 + static_cast<unsigned>(random_() % (accounts - 1))) % accounts;
  std::int64_t cents = 1 + static_cast<std::int64_t>(random_() % 100);
  if (random_() % 50 == 0)
    cents = funds * accounts; // more than there is
  auto options = fresh_ids();
  if (random_() % 2 == 0)
    return command_for(bank::transfer{account_named(from), account_named(to), cents}, options);
  return command_for<bank::account>(account_named(from),
                                    bank::request_transfer{account_named(to), cents}, options);
}

// None when all is done, or the time to stop is over.
std::vector<uuid> transfer_load::next_ones() {
  auto& kept = *books_;
  std::unique_lock lock{kept.mutex};
  auto is_over = [&] {
    return kept.is_stopping && (kept.under_way == 0 || steady::now() > kept.end);
  };
  while (!kept.changed.wait_for(lock, 100ms, [&] {
    return !kept.to_ask_again.empty() || is_over()
           || (!kept.is_stopping && kept.under_way < most_under_way);
  }))
    continue;
  if (is_over())
    return {};
  auto ones = std::exchange(kept.to_ask_again, {});
  if (ones.empty()) {
    auto envelope = next();
    const auto id = envelope.command_id;
    ones.push_back(id);
    kept.all[id] = {.envelope = std::move(envelope), .since = steady::now()};
    ++kept.under_way;
  }
  return ones;
}

void transfer_load::run() {
  for (auto ones = next_ones(); !ones.empty(); ones = next_ones())
    for (const auto& id : ones)
      ask(id);
}

void transfer_load::ask(const uuid& id) {
  command envelope;
  {
    std::lock_guard guard{books_->mutex};
    auto& one = books_->all.at(id);
    envelope = one.envelope;
    ++one.attempts;
  }
  at_.ask(std::move(envelope),
          [kept = books_, id](reply answer) { kept->take(id, std::move(answer)); });
}

void transfer_load::books::take(const uuid& id, reply answer) {
  std::lock_guard guard{mutex};
  if (is_closed)
    return;
  auto& one = all.at(id);
  if (!answer && says_try_later(answer.error().code)) {
    ++asked_again[answer.error().code];
    one.told = answer.error();
    to_ask_again.push_back(id);
  } else {
    using std::chrono::milliseconds;
    const auto now = steady::now();
    one.took = std::chrono::duration_cast<milliseconds>(now - one.since);
    one.answer = std::move(answer);
    longest_silence =
        std::max(longest_silence, std::chrono::duration_cast<milliseconds>(now - last_answer));
    last_answer = now;
    --under_way;
    ++answered;
  }
  changed.notify_all();
}

} // namespace annals::tests::cluster
