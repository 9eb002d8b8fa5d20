// The storm's program: 64 callers on a node over a store whose appends fail, or lose their answer,
// at random. Arguments: store file, diary file, seed, number of the run, "storm" or "finish".

#include "tests/faults/storm_diary.hpp"

#include <annals/actors/runtime.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/testing/forwarding_store.hpp>

#include <atomic>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace annals;
using namespace annals::tests::storm;

namespace {

constexpr std::chrono::minutes patience{5}; // machines may be busy

// One write a line: what it says is in the file when the call returns, whatever is killed then.
class diary_writer {
public:
  explicit diary_writer(const char* path)
      : file_{open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)} {
    if (file_ < 0 || write(file_, "\n", 1) != 1) // ends a line that was cut short
      throw std::runtime_error{"no diary"};
  }

  void line(std::string text) const {
    text += std::string{line_end} + '\n';
    if (write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      _exit(4);
  }

  void count(const std::string& what, std::uint64_t number = 1) const {
    line("count " + what + ' ' + std::to_string(number));
  }

  void at(const char* word, place where, const std::string& rest = {}) const {
    line(std::string{word} + ' ' + std::to_string(where.caller) + ' ' + std::to_string(where.number)
         + ' ' + rest);
  }

private:
  int file_;
};

// Fails an append before it is stored, or stores it and says that it failed.
class stormy_store final : public testing::forwarding_store {
public:
  stormy_store(std::unique_ptr<event_store> real, std::mt19937 random, const diary_writer& notes)
      : forwarding_store{std::move(real)}, random_{random}, diary_{notes} {}

  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    auto luck = below(random_, 100);
    if (luck < 3) {
      diary_.count("failed");
      return all_failed(requests);
    }
    auto outcomes = forwarding_store::append(requests);
    if (luck >= 6)
      return outcomes;
    diary_.count("lost");
    return all_failed(requests);
  }

private:
  static std::vector<append_outcome> all_failed(std::span<const append_request> requests) {
    return {requests.size(), failure{errc::store_unavailable, "the storm"}};
  }

  std::mt19937 random_;
  const diary_writer& diary_;
};

class caller {
public:
  caller(unsigned number, std::uint32_t seed, unsigned run, node& bank, const diary_writer& notes)
      : number_{number}, seed_{seed}, random_{random_of(seed, 2, run, number)}, bank_{bank},
        diary_{notes} {}

  // What earlier runs left.
  void recall(const diary& before) {
    for (const auto& [at, answers] : before.asked)
      if (at.caller == number_) {
        (answers.empty() ? open_ : answered_).push_back(at);
        next_ = at.number + 1;
      }
  }

  void storm() {
    for (;;) {
      auto luck = below(random_, 8);
      if (luck == 0 && !answered_.empty())
        send(answered_[below(random_, static_cast<unsigned>(answered_.size()))]);
      else if (luck <= 2 && !open_.empty())
        try_oldest_open();
      else
        try_new();
    }
  }

  void finish() {
    // What has no answer by then is for the judge to find.
    for (auto tries = 50 * open_.size(); tries > 0 && !open_.empty(); --tries)
      try_oldest_open();
    for (const auto& at : answered_)
      if (below(random_, 16) == 0)
        send(at);
  }

private:
  void try_new() {
    place at{number_, next_++};
    diary_.at("asked", at);
    (send(at) ? answered_ : open_).push_back(at);
  }

  void try_oldest_open() {
    auto at = open_.front();
    open_.pop_front();
    (send(at) ? answered_ : open_).push_back(at);
  }

  // One to three times, side by side or one after the other; whether there was an answer.
  bool send(place at) {
    const auto one = plan(seed_, at);
    auto times = 1 + below(random_, 3);
    bool side_by_side = below(random_, 2) == 0;
    if (times > 1)
      diary_.count("repeat", times - 1);
    std::vector<std::future<reply>> waiting;
    bool answered = false;
    for (unsigned i = 0; i < times; ++i) {
      waiting.push_back(bank_.ask(command_of(one)));
      if (!side_by_side)
        answered |= take(at, waiting.back());
    }
    if (side_by_side)
      for (auto& each : waiting)
        answered |= take(at, each);
    return answered;
  }

  bool take(place at, std::future<reply>& from) {
    if (from.wait_for(patience) != std::future_status::ready) {
      diary_.at("trouble", at, "no answer within five minutes");
      _exit(3);
    }
    auto got = from.get();
    if (got) {
      diary_.at("accepted", at,
                got->stream + ' ' + std::to_string(got->version) + ' '
                    + std::to_string(got->position) + ' ' + std::to_string(got->events));
      return true;
    }
    const auto& why = got.error();
    if (why.code == errc::rejected)
      diary_.at("rejected", at, why.message);
    else if (why.code == errc::store_unavailable && why.message == "the storm")
      diary_.count("unanswered");
    else if (why.code == errc::version_conflict && plan(seed_, at).what == kind::transfer)
      diary_.count("contended"); // others were first at the other account, again and again
    else
      diary_.at("trouble", at, to_string(why));
    return why.code == errc::rejected;
  }

  unsigned number_;
  std::uint32_t seed_;
  std::mt19937 random_;
  node& bank_;
  const diary_writer& diary_;
  unsigned next_ = 0;
  std::deque<place> open_;
  std::deque<place> answered_;
};

// Each run has its own weather, so that instances stay and leave in many ways.
config weather(const std::string& file, std::mt19937 random, const diary_writer& notes) {
  config settings;
  settings.run_projections = false;
  constexpr std::size_t ceilings[] = {8, 40, 200, 5000};
  constexpr int pauses[] = {10, 40, 200};
  constexpr std::uint64_t snapshots[] = {1, 3, 20, 0};
  settings.live_aggregates = ceilings[below(random, 4)];
  settings.passivate_after = std::chrono::milliseconds{pauses[below(random, 3)]};
  settings.snapshots.every_events = snapshots[below(random, 4)];
  settings.snapshots.keep = 1 + below(random, 2);
  settings.open_store = [file, random, &notes]() -> result<std::unique_ptr<event_store>> {
    auto real = open_store("sqlite:" + file);
    if (!real)
      return real.error();
    return std::make_unique<stormy_store>(std::move(*real), random, notes);
  };
  return settings;
}

void note_passivations(node& bank, const diary_writer& notes, std::uint64_t& noted) {
  auto all = bank.internals().aggregates().passivated.load();
  if (all != noted)
    notes.count("passivated", all - std::exchange(noted, all));
}

void run(char** arguments) {
  const auto seed = static_cast<std::uint32_t>(std::stoul(arguments[3]));
  const auto number = static_cast<unsigned>(std::stoul(arguments[4]));
  const bool finishes = std::string_view{arguments[5]} == "finish";
  const auto before = diary::read(arguments[2]);
  const diary_writer notes{arguments[2]};
  node bank{bank_domain{}, weather(arguments[1], random_of(seed, 3, number), notes)};
  std::atomic<unsigned> busy{callers};
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < callers; ++i)
    threads.emplace_back([&, i] {
      caller one{i, seed, number, bank, notes};
      one.recall(before);
      finishes ? one.finish() : one.storm();
      --busy;
    });
  for (std::uint64_t noted = 0; busy != 0;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    note_passivations(bank, notes, noted);
  }
  threads.clear();
  bank.stop();
}

} // namespace

int main(int count, char** arguments) {
  if (count != 6)
    return 2;
  try {
    run(arguments);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "storm: %s\n", thrown.what());
    return 1;
  }
}
