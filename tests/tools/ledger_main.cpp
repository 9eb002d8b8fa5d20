// The program that the tests of the command line run as a child process.

#include <annals/actors/sqlite_tables.hpp>
#include <annals/tools/command_line.hpp>

#include "tests/tools/ledger_domain.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <thread>

namespace ledger {

void pause_here() {
  const char* folder = std::getenv("LEDGER_PAUSE");
  if (folder == nullptr)
    return;
  std::filesystem::path place{folder};
  std::ofstream{place / "paused"};
  while (!std::filesystem::exists(place / "go"))
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

struct line_rows {
  static constexpr annals::projection_name name{"line_rows"};
  static constexpr auto on_poison = annals::poison::park;
  using events = annals::events<line_written>;
  static constexpr auto tables = "CREATE TABLE lines(page TEXT, text TEXT)";
};

void project(line_rows, annals::sql_session& db, const annals::recorded<line_written>& event) {
  if (event->text == "poison" && std::getenv("LEDGER_MENDED") == nullptr)
    throw std::runtime_error{"cannot write poison"};
  db.execute("INSERT INTO lines VALUES (?1, ?2)", event.id, event->text);
}

namespace {

// Deposits until the node takes no more; says how much was acknowledged.
int deposit_for_ever(annals::node& node) {
  std::int64_t acknowledged = 0;
  for (auto reply = node.ask<account>("program", deposit{1, {}}).get(); reply.has_value();
       reply = node.ask<account>("program", deposit{1, {}}).get())
    if (++acknowledged == 1)
      std::cout << "started" << std::endl;
  std::cout << "acknowledged " << acknowledged << std::endl;
  return 9;
}

int say_hello(annals::node& node) {
  node.ask<account>("program", deposit{5, {}}).get().value();
  std::cout << "hello" << std::endl;
  return 0;
}

// Until its read models have all of the log, or have parked it.
int catch_up(annals::node& node) {
  const auto end = node.open_reader().value()->last_position().value();
  node.wait_for<lines>(end).value();
  node.wait_for<balances>(end).value();
  return 0;
}

// Says which part of the log the durable subscription "mail" had not acknowledged.
int follow(annals::node& node) {
  const auto end = node.open_reader().value()->last_position().value();
  std::atomic<annals::log_position> first{0};
  annals::subscription_settings settings;
  settings.name = "mail";
  auto mail = node.subscribe(settings,
                             [&](const annals::recorded_event& event) {
                               annals::log_position none = 0;
                               first.compare_exchange_strong(none, event.position);
                             })
                  .value();
  while (mail.status().acknowledged < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  mail.cancel();
  std::cout << "from " << first << " to " << end << std::endl;
  return 0;
}

// Takes it for granted that every command is carried out.
int deposit_trustfully(annals::node& node) {
  node.ask<account>("program", deposit{1, {}}).get().value();
  std::cout << "started" << std::endl;
  for (;;)
    node.ask<account>("program", deposit{1, {}}).get().value();
}

// A node called "north" that writes lines into tables, in three parts, until somebody ends it.
int run_in_parts() {
  annals::config settings;
  settings.store = std::getenv("ANNALS_STORE");
  settings.cluster.emplace();
  settings.cluster->name = "north";
  settings.cluster->lease_time = std::chrono::milliseconds{600};
  settings.poll_interval = settings.save_interval = std::chrono::milliseconds{5};
  settings.poison_retries = 0;
  settings.targets.push_back(annals::sqlite_tables<line_rows>(settings.store + ".rows"));
  settings.targets.back().partitions = 3;
  annals::node north{annals::domain<account, page, balances, lines>{}, settings};
  std::string line;
  std::getline(std::cin, line);
  return 0;
}

// What any node of this program has: rows of lines, and an account that is closed.
annals::config own_settings() {
  annals::config settings;
  settings.targets.push_back(
      annals::sqlite_tables<line_rows>(std::string{std::getenv("ANNALS_STORE")} + ".rows"));
  settings.around_commands.push_back(
      {"ledger.account",
       [](annals::command& sent) -> annals::result<void> {
         if (sent.id == "closed")
           return annals::failure{annals::errc::rejected, "nobody pays in here"};
         return {};
       },
       {}});
  return settings;
}

bool is_set(const char* name, std::string_view value) {
  const char* found = std::getenv(name);
  return found != nullptr && found == value;
}

} // namespace

} // namespace ledger

// LEDGER_DOMAIN=old leaves a part of the domain out; LEDGER_PROGRAM gives it a program of its own.
int main(int argc, char** argv) {
  using namespace ledger;
  if (is_set("LEDGER_DOMAIN", "old"))
    return annals::run(annals::domain<account, balances>{}, argc, argv);
  if (is_set("LEDGER_PROGRAM", "in parts"))
    return run_in_parts();
  if (is_set("LEDGER_PROGRAM", "with settings"))
    return annals::run(annals::domain<account, page, balances, lines>{}, own_settings(), argc, argv,
                       say_hello);
  std::function<int(annals::node&)> program;
  if (is_set("LEDGER_PROGRAM", "hello"))
    program = say_hello;
  if (is_set("LEDGER_PROGRAM", "catch up"))
    program = catch_up;
  if (is_set("LEDGER_PROGRAM", "follow"))
    program = follow;
  if (is_set("LEDGER_PROGRAM", "for ever"))
    program = deposit_for_ever;
  if (is_set("LEDGER_PROGRAM", "trusting"))
    program = deposit_trustfully;
  return annals::run(annals::domain<account, page, balances, lines>{}, argc, argv, program);
}
