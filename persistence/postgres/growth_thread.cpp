#include <annals/persistence/postgres/growth_thread.hpp>

#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/layout.hpp>
#include <annals/persistence/postgres/opening.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <span>
#include <utility>

#include <poll.h>

namespace annals::postgres {

namespace {

using namespace std::chrono_literals;

// How often others are told at most: what they would find sooner costs more than it brings.
constexpr auto between_tellings = 5ms;

// A notice that is lost is no loss, so nothing waits for the disk. People see whose session it is.
constexpr auto how_to_listen =
    "SET synchronous_commit = off; SELECT set_config('application_name', "
    "current_setting('application_name') || ' listener', false); LISTEN ";

const statement reached{"reached", "SELECT coalesce((SELECT max(position) FROM events), 0)"};

// One a schema; channels belong to a database.
std::string channel_of(const std::string& schema) {
  return "annals_" + std::to_string(static_cast<std::uint64_t>(writer_lock(schema)));
}

// 0 where another program has said something else.
log_position position_in(const std::string& words) {
  log_position position = 0;
  auto [end, failed] = std::from_chars(words.data(), words.data() + words.size(), position);
  return failed == std::errc{} && end == words.data() + words.size() ? position : 0;
}

// Waits until one of the files can be read, or for so long; negative is for ever.
void wait_for(std::span<pollfd> files, std::chrono::milliseconds time) {
  poll(files.data(), files.size(), static_cast<int>(time.count()));
}

} // namespace

growth_thread::growth_thread(const settings& where, growth_bell& bell, growth_listener grown)
    : where_{where}, bell_{bell}, grown_{std::move(grown)}, channel_{channel_of(where.schema)} {
  bell_.begin();
  thread_ = std::thread{[this] { run(); }};
}

growth_thread::~growth_thread() {
  bell_.end();
  thread_.join();
  bell_.attend(false);
}

void growth_thread::run() {
  auto pause = 10ms;
  while (!bell_.has_ended()) {
    try {
      auto db = open_again(where_);
      db->execute(std::string{how_to_listen} + channel_);
      pause = 10ms;
      serve(*db);
    } catch (const std::exception&) {
      // Nobody is harmed: whoever wants to know reads now and then, and calls say what is wrong.
    }
    wait_at_most(pause);
    pause = std::min(2 * pause, 1000ms);
  }
}

void growth_thread::serve(connection& db) {
  bell_.attend(true);
  // What was told, and what the bell was rung for, while there was no connection.
  auto to_tell = db.run({&reached})[0].count(0);
  if (to_tell != 0)
    grown_(to_tell);
  while (!bell_.has_ended()) {
    hear(db);
    to_tell = std::max(to_tell, bell_.answer());
    if (bell_.has_ended()) // its wake may be among what was answered
      break;
    auto now = clock::now();
    if (to_tell != 0 && now >= tell_after_) {
      tell(db, std::exchange(to_tell, 0));
      continue; // with the answer others may have been heard
    }
    std::array files{pollfd{db.socket(), POLLIN, 0}, pollfd{bell_.file(), POLLIN, 0}};
    auto rest = std::chrono::ceil<std::chrono::milliseconds>(tell_after_ - now);
    wait_for(files, to_tell == 0 ? -1ms : rest);
  }
  if (to_tell = std::max(to_tell, bell_.answer()); to_tell != 0)
    tell(db, to_tell);
}

void growth_thread::tell(connection& db, log_position position) {
  db.execute("NOTIFY " + channel_ + ", '" + std::to_string(position) + '\'');
  tell_after_ = clock::now() + between_tellings;
}

void growth_thread::hear(connection& db) {
  log_position furthest = 0;
  for (const auto& told : db.take_notices())
    if (told.from_process != db.name().process)
      furthest = std::max(furthest, position_in(told.words));
  if (furthest != 0)
    grown_(furthest);
}

// Or until this thread is to end; what was rung meanwhile is told later.
void growth_thread::wait_at_most(clock::duration time) {
  auto end = clock::now() + time;
  for (auto now = clock::now(); now < end && !bell_.has_ended(); now = clock::now()) {
    std::array files{pollfd{bell_.file(), POLLIN, 0}};
    wait_for(files, std::chrono::ceil<std::chrono::milliseconds>(end - now));
    if (!bell_.has_ended())
      (void)bell_.answer();
  }
}

} // namespace annals::postgres
