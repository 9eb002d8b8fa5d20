// The whole log through the program, on a SQLite file, and then through each of its ways out and
// in again.

#include "tests/examples/files.hpp"
#include "tests/examples/loans/figures.hpp"
#include "tests/examples/loans/folded_log.hpp"
#include "tests/examples/loans/stored_log.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/shared_data.hpp"

#include <annals/messages/envelope.hpp>
#include <annals/tools/importer.hpp>

#include <catch2/catch.hpp>

#include <sstream>

using namespace loans;
using annals::tests::program_end;
using annals::tests::run;
using annals::tests::temporary_folder;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void check_done(const program_end& end) {
  INFO(end.out << end.err);
  CHECK(end.code == 0);
}

program_end loans_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), LOANS_PROGRAM);
  return run(std::move(arguments));
}

void rebuild_all(const std::string& store) {
  for (auto name : {"loans.outcomes", "loans.activities", "loans.durations"})
    check_done(loans_with({"rebuild", name, "--store", store}));
}

// Puts an export into a memory store of this process and compares it with the log it is of.
void import_into_memory(const std::string& file, const std::vector<annals::recorded_event>& log) {
  const auto store = annals::open_store("memory:").value();
  const auto reader = store->open_reader().value();
  annals::tools::importer into{*store, *reader};
  std::istringstream lines{annals::tests::read_file(file)};
  std::uint64_t number = 0;
  for (std::string line; std::getline(lines, line);)
    if (auto taken = into.take(annals::parse_envelope(line).value(), ++number); !taken)
      FAIL("line " << number << ": " << taken.error().message);
  REQUIRE(into.flush().has_value());
  const auto imported = whole_log(*reader);
  CHECK((imported == log));
  CHECK((projected(imported) == projected(log)));
}

} // namespace

TEST_CASE("the whole log goes in, and its figures come out of every store and rebuild") {
  const auto csv = annals::tests::shared_data(log_file);
  if (!csv)
    return;
  const auto folded = folded_log::of(csv->string()).models();
  const auto figures = known_figures();
  const temporary_folder folder;
  const auto store = folder.file("loans.db");

  const auto first = loans_with({"take-in", csv->string(), "--store", store});
  check_done(first);
  INFO(first.out);
  CHECK(has(first.out, ": 262,200 accepted, 0 repeated, 0 rejected\n"));
  const auto log = whole_log(*left_store{store}.reader);
  REQUIRE(log.size() == figures.events);
  CHECK((stored_models(*left_store{store}.reader, figures.events) == folded));
  CHECK((projected(log) == folded));

  const auto again = loans_with({"take-in", csv->string(), "--store", store});
  CHECK(has(again.out, ": 0 accepted, 262,200 repeated, 0 rejected\n"));
  CHECK(left_store{store}.reader->last_position().value() == figures.events);

  rebuild_all(store);
  CHECK((stored_models(*left_store{store}.reader, figures.events) == folded));
  check_done(loans_with({"verify", "--store", store}));

  const auto file = folder.file("loans.jsonl");
  const auto second_store = folder.file("second.db");
  const auto exported = loans_with({"export", file, "--store", store});
  check_done(exported);
  check_done(loans_with({"import", file, "--store", second_store}));
  CHECK((whole_log(*left_store{second_store}.reader) == log));
  rebuild_all(second_store);
  CHECK((stored_models(*left_store{second_store}.reader, figures.events) == folded));
  check_done(loans_with({"verify", "--store", second_store}));

  import_into_memory(file, log);
}
