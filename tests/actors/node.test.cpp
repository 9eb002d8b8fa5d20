#include "tests/actors/ledger.hpp"
#include "tests/actors/with_id.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <thread>

using annals::errc;
using annals::node;
using annals::tests::temporary_folder;
using annals::tests::with_id;
using ledger::account;
using ledger::balances;
using ledger::counts;
using ledger::deposit;
using ledger::withdraw;

namespace {

annals::config on(const std::string& store) {
  annals::config settings;
  settings.store = store;
  return settings;
}

std::string file_in(const temporary_folder& folder) {
  return "sqlite:" + (folder.path() / "ledger.db").string();
}

std::vector<annals::recorded_event> log_of(node& on) {
  return on.open_reader().value()->read_log(0, 1'000'000).value();
}

std::int64_t balance_of(node& on, const std::string& id) {
  return on.load<account>(id).value().balance;
}

} // namespace

TEST_CASE("a receipt names version and position, a rejection its reason, on each store") {
  temporary_folder folder;
  for (const auto& store : {std::string{"memory:"}, file_in(folder)}) {
    node bank{ledger::domain{}, on(store)};
    auto first = bank.ask<account>("a", deposit{100}).get().value();
    CHECK(first == annals::receipt{"ledger.account-a", 1, 1, 1, false});
    auto two = bank.ask<account>("a", ledger::exchange{30, 5}).get().value();
    CHECK(two == annals::receipt{"ledger.account-a", 3, 3, 2, false});
    auto none = bank.ask<account>("a", ledger::look{}).get().value();
    CHECK(none == annals::receipt{"ledger.account-a", 3, 0, 0, false});
    auto refused = bank.ask<account>("a", withdraw{1000}).get();
    CHECK(refused.error() == annals::failure{errc::rejected, "insufficient funds"});
    CHECK(balance_of(bank, "a") == 75);
    CHECK(log_of(bank).size() == 3);
  }
}

TEST_CASE("events carry the ids of their command and request, and metadata") {
  node bank{ledger::domain{}, on("memory:")};
  annals::command_options options;
  options.command_id = annals::make_id();
  options.correlation_id = annals::make_id();
  options.metadata = R"({"user":"u1"})";
  REQUIRE(bank.ask<account>("a", ledger::exchange{1, 2}, options).get());
  auto found =
      bank.open_reader().value()->find_by_correlation(options.correlation_id, 0, 10).value();
  REQUIRE(found.size() == 2);
  for (const auto& event : found) {
    CHECK(event.causation_id == options.command_id);
    CHECK(event.metadata == options.metadata);
    CHECK_FALSE(event.id.is_nil());
  }
  CHECK(found[0].id != found[1].id);
}

TEST_CASE("a command is carried out once, however often it is sent, also after a restart") {
  temporary_folder folder;
  annals::receipt first;
  {
    node bank{ledger::domain{}, on(file_in(folder))};
    first = bank.ask<account>("a", deposit{100}, with_id("one")).get().value();
    REQUIRE(bank.ask<account>("a", deposit{7}).get());
    auto again = bank.ask<account>("a", deposit{100}, with_id("one")).get().value();
    CHECK(again.repeated);
    CHECK(again.version == first.version);
    CHECK(again.position == first.position);
  }
  node bank{ledger::domain{}, on(file_in(folder))};
  auto again = bank.ask<account>("a", deposit{100}, with_id("one")).get().value();
  CHECK(again.repeated);
  CHECK(again.position == first.position);
  CHECK(again.events == 1);
  CHECK(balance_of(bank, "a") == 107);
}

TEST_CASE("copies of a command that are sent at once give the same receipt") {
  temporary_folder folder;
  node bank{ledger::domain{}, on(file_in(folder))};
  std::vector<std::future<annals::reply>> replies;
  for (int i = 0; i < 50; ++i)
    replies.push_back(bank.ask<account>("a", deposit{1}, with_id("one")));
  for (auto& reply : replies)
    CHECK(reply.get().value().position == 1);
  CHECK(log_of(bank).size() == 1);
}

TEST_CASE("commands of one thread to one instance are carried out in their order") {
  temporary_folder folder;
  for (const auto& store : {std::string{"memory:"}, file_in(folder)}) {
    node bank{ledger::domain{}, on(store)};
    std::vector<std::future<annals::reply>> replies;
    for (int i = 1; i <= 2000; ++i)
      replies.push_back(bank.ask<account>("a", deposit{i}));
    for (std::size_t i = 0; i < replies.size(); ++i)
      REQUIRE(replies[i].get().value().version == i + 1);
    std::int64_t expected = 0;
    for (const auto& event : log_of(bank))
      REQUIRE(event.payload == R"({"cents":)" + std::to_string(++expected) + "}");
  }
}

TEST_CASE("many threads ask many instances: every receipt is true and no event is lost") {
  temporary_folder folder;
  node bank{ledger::domain{}, on(file_in(folder))};
  std::vector<std::thread> callers;
  std::atomic<int> accepted{0};
  for (int t = 0; t < 8; ++t)
    callers.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i)
        accepted += bank.ask<account>(std::to_string((t + i) % 20), deposit{1}).get().has_value();
    });
  for (auto& caller : callers)
    caller.join();
  CHECK(accepted == 800);
  auto log = log_of(bank);
  CHECK(log.size() == 800);
  REQUIRE(bank.wait_for<balances>(800));
  auto total = bank.read<balances>([](const balances& model) {
    std::int64_t sum = 0;
    for (const auto& [id, balance] : model.by_account)
      sum += balance;
    return sum;
  });
  CHECK(total == 800);
}

TEST_CASE("two nodes on one file: one writer wins, the other decides again, nothing is lost") {
  temporary_folder folder;
  node left{ledger::domain{}, on(file_in(folder))};
  node right{ledger::domain{}, on(file_in(folder))};
  REQUIRE(left.ask<account>("a", deposit{100}).get());
  // Each must see that the other spent the money, whatever it has in memory.
  REQUIRE(right.ask<account>("a", withdraw{60}).get());
  CHECK(left.ask<account>("a", withdraw{60}).get().error().message == "insufficient funds");
  REQUIRE(left.ask<account>("a", withdraw{40}).get());

  std::vector<std::future<annals::reply>> replies;
  for (int i = 0; i < 200; ++i)
    replies.push_back((i % 2 == 0 ? left : right).ask<account>("a", deposit{1}));
  std::int64_t accepted = 0;
  for (auto& reply : replies) {
    auto answer = reply.get();
    if (answer)
      ++accepted;
    else
      CHECK(answer.error().code == errc::version_conflict);
  }
  CHECK(accepted > 0);
  CHECK(balance_of(left, "a") == accepted);
  auto log = log_of(right);
  for (std::size_t i = 0; i < log.size(); ++i)
    CHECK(log[i].version == i + 1);
  REQUIRE(left.wait_for<balances>(log.back().position));
  REQUIRE(right.wait_for<balances>(log.back().position));
}

TEST_CASE("what cannot be understood is refused by name and stores nothing") {
  node bank{ledger::domain{}, on("memory:")};
  auto ask = [&](std::string type, std::string id, std::string name, std::string json) {
    annals::command envelope;
    envelope.aggregate = std::move(type);
    envelope.id = std::move(id);
    envelope.body = annals::command_body::json(std::move(name), std::move(json));
    return bank.ask(std::move(envelope)).get().error();
  };
  auto unknown = ask("ledger.acount", "a", "deposit", "{}");
  CHECK(unknown.code == errc::unknown_aggregate);
  CHECK(unknown.message.find("ledger.account") != std::string::npos);
  unknown = ask("ledger.account", "a", "deposti", "{}");
  CHECK(unknown.code == errc::unknown_command);
  CHECK(unknown.message.find("deposit, ledger.withdraw") != std::string::npos);
  CHECK(ask("ledger.account", "a", "deposit", "{").code == errc::invalid_command);
  auto wrong = ask("ledger.account", "a", "deposit", R"({"cents":"1"})");
  CHECK(wrong.code == errc::invalid_command);
  CHECK(wrong.message.starts_with("deposit.cents: "));
  for (auto id :
       {std::string{}, std::string(10'000, 'x'), std::string{"a\n"}, std::string{"\0", 1}})
    CHECK(ask("ledger.account", id, "deposit", R"({"cents":1})").code == errc::invalid_id);
  CHECK(log_of(bank).empty());
  for (auto id : {"a/b", "'\"", "größe", " "})
    CHECK(bank.ask<account>(id, deposit{1}).get().value().stream
          == "ledger.account-" + std::string{id});
}

TEST_CASE("a domain that throws harms its own command only") {
  node bank{ledger::domain{}, on("memory:")};
  REQUIRE(bank.ask<account>("a", deposit{10}).get());
  for (auto where : {"decide", "evolve"}) {
    auto thrown = bank.ask<account>("a", ledger::misbehave{where}).get();
    CHECK(thrown.error().code == errc::domain_threw);
    CHECK(thrown.error().message.find("to throw") != std::string::npos);
    REQUIRE(bank.ask<account>("a", deposit{1}).get());
  }
  CHECK(bank.ask<account>("a", ledger::scribble{}).get().error().code == errc::unencodable);
  REQUIRE(bank.ask<account>("a", withdraw{12}).get());
  CHECK(log_of(bank).size() == 4);
}

TEST_CASE("stop carries out what was asked, gives the receipts, and refuses what comes later") {
  temporary_folder folder;
  node bank{ledger::domain{}, on(file_in(folder))};
  std::vector<std::future<annals::reply>> replies;
  for (int i = 0; i < 500; ++i)
    replies.push_back(bank.ask<account>(std::to_string(i % 50), deposit{1}));
  bank.stop();
  for (auto& reply : replies)
    CHECK(reply.get());
  CHECK(bank.ask<account>("a", deposit{1}).get().error().code == errc::stopping);
  bank.stop();
  node again{ledger::domain{}, on(file_in(folder))};
  CHECK(log_of(again).size() == 500);
}

TEST_CASE("a node may be stopped while other threads read its store") {
  temporary_folder folder;
  for (int round = 0; round < 10; ++round) {
    node bank{ledger::domain{}, on(file_in(folder))};
    REQUIRE(bank.ask<account>("a", deposit{1}).get());
    std::promise<bool> reading;
    std::thread reader{[&] {
      reading.set_value(bank.load<account>("a").has_value());
      while (auto loaded = bank.load<account>("a"))
        bank.projections();
    }};
    CHECK(reading.get_future().get());
    bank.stop();
    reader.join();
  }
}

TEST_CASE("a node may be stopped by another thread than those that started and asked it") {
  node bank{ledger::domain{}, on("memory:")};
  REQUIRE(bank.ask<account>("a", deposit{1}).get());
  std::thread{[&] { bank.stop(); }}.join();
  CHECK(bank.ask<account>("b", deposit{1}).get().error().code == errc::stopping);
}

TEST_CASE("a node that cannot start says why") {
  auto failed = node::start(ledger::domain{}, on("sqlite:/no/such/folder/x.db"));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find("/no/such/folder/x.db") != std::string::npos);
  CHECK(node::start(ledger::domain{}, on("oracle:x")).error().code == errc::invalid_argument);
  CHECK_THROWS_AS(node(ledger::domain{}, on("oracle:x")), annals::error);
}
