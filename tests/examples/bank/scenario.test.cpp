#include "tests/examples/files.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

using namespace annals::tests;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void check_story(const program_end& end) {
  INFO(end.out);
  CHECK(end.err == "");
  CHECK(end.code == 0);
  CHECK(has(end.out, "\nAll 12 claims hold.\n"));
  CHECK_FALSE(has(end.out, "[NO]"));
  CHECK(has(end.out, "rejected: insufficient funds"));
}

} // namespace

TEST_CASE("the bank tells its story on a SQLite file, twice on the same one") {
  const temporary_folder folder;
  const auto store = folder.file("bank.db");
  check_story(run({BANK_PROGRAM, "--store", store}));
  check_story(run({BANK_PROGRAM, "--store", store}));

  CHECK(run({BANK_PROGRAM, "verify", "--store", store}).code == 0);
  CHECK(has(run({BANK_PROGRAM, "model", "bank.users", "--store", store}).out,
            "countess@example.org"));
  const auto streams = run({BANK_PROGRAM, "streams", "--store", store});
  CHECK(has(streams.out, "bank.account-ada-"));
}

TEST_CASE("the bank tells its story in memory") { check_story(run({BANK_PROGRAM})); }

TEST_CASE("no clear password is in the bank's file") {
  const temporary_folder folder;
  const auto store = folder.file("bank.db");
  check_story(run({BANK_PROGRAM, "--store", store}));
  for (const auto& file : std::filesystem::directory_iterator{folder.path()}) {
    const auto bytes = read_file(file.path().string());
    CHECK_FALSE(has(bytes, "correct horse"));
    CHECK_FALSE(has(bytes, "Tr0ub4dor"));
  }
}

TEST_CASE("the bank's rules hold on its command line") {
  const temporary_folder folder;
  const auto store = folder.file("bank.db");
  const auto ask = [&](const std::string& command, const std::string& json) {
    return run({BANK_PROGRAM, "ask", "bank.account", "b/1", command, json, "--store", store});
  };
  CHECK(ask("credit", R"({"cents": 1})").code == 3);
  const auto clear = ask("open_account", R"({"holder": "Bob", "email": "bob@example.org",
                                             "password_hash": "in clear"})");
  CHECK(clear.code == 3);
  CHECK(has(clear.err, "the password must come as argon2id hash"));
  CHECK(ask("credit", R"({"cents": "1"})").code == 2);
  CHECK(ask("steal", R"({"cents": 1})").code == 2);
}

TEST_CASE("the bank on a file that is no store says so") {
  const temporary_folder folder;
  const auto store = folder.file("bank.db");
  write_file(store, std::string(10'000, 'x'));
  const auto end = run({BANK_PROGRAM, "--store", store});
  CHECK(end.code == 5);
  CHECK(has(end.err, "bank.db"));
}
