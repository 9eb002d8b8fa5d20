#include "tests/persistence/old_layouts.hpp"

#include "tests/actors/places.hpp"

#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/opening.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::settings;
using annals::tests::temporary_folder;
using ledger::account;
using ledger::balances;
using ledger::counts;
using ledger::deposit;
using ledger::withdraw;

// A store as an older release left it, with a read model and no snapshots, under a node of today.

namespace {

using sums = std::map<std::string, std::int64_t>;

constexpr std::int64_t last = 400;
constexpr std::int64_t checkpoint = 150;

// What happened: deposits into two accounts in turn, and now and then a withdrawal.
std::string account_at(std::int64_t position) { return position % 2 == 0 ? "a" : "b"; }
bool is_withdrawal(std::int64_t position) { return position % 7 == 0; }
std::int64_t effect_of(std::int64_t position) { return is_withdrawal(position) ? -1 : position; }

sums fold_to(std::int64_t end) {
  sums made;
  for (std::int64_t position = 1; position <= end; ++position)
    made[account_at(position)] += effect_of(position);
  return made;
}

std::int64_t deposits() {
  std::int64_t count = 0;
  for (std::int64_t position = 1; position <= last; ++position)
    count += is_withdrawal(position) ? 0 : 1;
  return count;
}

annals::uuid command_at(std::int64_t position) {
  return annals::derive_id({}, "old " + std::to_string(position));
}

std::string blob(const annals::uuid& id) {
  std::string hex;
  for (char c : annals::to_string(id))
    if (c != '-')
      hex += c;
  return "x'" + hex + "'";
}

std::string row_of(std::int64_t position, int layout) {
  auto text = [](std::int64_t number) { return std::to_string(number); };
  std::string row = "INSERT INTO events VALUES (" + text(position) + ", "
                    + (account_at(position) == "a" ? "1, " : "2, ") + text((position + 1) / 2);
  if (layout == 2)
    row += ", " + text(std::max<std::int64_t>(position - 2, 0));
  row += ", randomblob(16), "
         + std::string{is_withdrawal(position) ? "'ledger.withdrawn'" : "'ledger.deposited'"};
  row += ", 1, " + text(position * 1000) + ", randomblob(16), " + blob(command_at(position))
         + ", '', '{\"cents\":" + text(is_withdrawal(position) ? 1 : position) + "}');\n";
  return row;
}

class old_store {
public:
  explicit old_store(int layout) {
    annals::sqlite::connection db{file_, annals::sqlite::access::create, std::chrono::seconds{1}};
    db.execute(layout == 1 ? annals::tests::layout_1 : annals::tests::layout_2);
    std::string rows = "BEGIN; INSERT INTO streams VALUES (1, 'ledger.account-a'), "
                       "(2, 'ledger.account-b');\n";
    for (std::int64_t position = 1; position <= last; ++position)
      rows += row_of(position, layout);
    if (layout == 2)
      rows += "INSERT INTO heads VALUES (1, 400), (2, 399);\n";
    auto model = annals::to_json(balances{fold_to(checkpoint)}).value();
    rows += "INSERT INTO read_models VALUES ('ledger.balances', " + std::to_string(checkpoint)
            + ", 1, '" + model + "'); COMMIT;";
    db.execute(rows.c_str());
  }

  annals::config with() const {
    auto made = settings("sqlite:" + file_);
    made.live_aggregates = 1;
    made.snapshots.every_events = 100;
    return made;
  }

private:
  temporary_folder folder_;
  std::string file_ = folder_.file("old.annals");
};

void check_models(annals::node& node, annals::log_position end, const sums& expected,
                  std::int64_t deposited) {
  REQUIRE(node.wait_for<balances>(end));
  REQUIRE(node.wait_for<counts>(end));
  CHECK(node.read<balances>([](const balances& model) { return model.by_account; }) == expected);
  CHECK(node.read<counts>([](const counts& model) { return model.deposits; }) == deposited);
  for (const auto& [id, balance] : expected)
    CHECK(node.load<account>(id).value().balance == balance);
}

} // namespace

TEST_CASE("a store of an older layout gives the models and states of a fresh fold, and goes on") {
  auto layout = GENERATE(1, 2);
  CAPTURE(layout);
  old_store old{layout};
  auto now = fold_to(last);
  {
    annals::node node{ledger::domain{}, old.with()};
    check_models(node, last, now, deposits());
    auto refused = node.ask<account>("a", withdraw{now["a"] + 1}).get();
    CHECK(refused.error().code == errc::rejected);
    CHECK(node.ask<account>("a", withdraw{now["a"]}).get().value().version == 201);
    now["a"] = 0;
    check_models(node, last + 1, now, deposits());
    auto reader = node.open_reader().value();
    CHECK(comes_true([&] { // the first snapshot that this stream ever had
      return reader->load_snapshot("ledger.account-a").value().has_value();
    }));
  }
  annals::node node{ledger::domain{}, old.with()};
  check_models(node, last + 1, now, deposits());
  CHECK(node.ask<account>("a", withdraw{1}).get().error().code == errc::rejected);
  CHECK(node.ask<account>("b", deposit{5}).get().value().version == 201);
  now["b"] += 5;
  check_models(node, last + 2, now, deposits() + 1);
  CHECK(node.internals().aggregates().snapshots_ignored == 0);
}

TEST_CASE("a command that an older release carried out is a repeat after the migration") {
  auto layout = GENERATE(1, 2);
  CAPTURE(layout);
  old_store old{layout};
  annals::node node{ledger::domain{}, old.with()};
  annals::command_options again;
  again.command_id = command_at(10);
  auto repeated = node.ask<account>("a", deposit{10}, again).get().value();
  CHECK(repeated.repeated);
  CHECK(repeated.version == 5);
  CHECK(repeated.position == 10);
  CHECK(node.open_reader().value()->last_position().value() == last);
}
