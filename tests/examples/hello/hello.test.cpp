#include "tests/examples/files.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace annals::tests;

namespace {

// The lines between two marks that are not blank.
int lines_of_region(const std::string& region) {
  std::istringstream source{read_file(HELLO_SOURCE)};
  int marks = 0;
  int lines = 0;
  for (std::string line; std::getline(source, line);) {
    if (line == "// [" + region + "]")
      ++marks;
    else if (marks == 1 && line.find_first_not_of(' ') != std::string::npos)
      ++lines;
  }
  CHECK(marks == 2);
  return lines;
}

} // namespace

TEST_CASE("hello is a page: 40 lines of domain and projection, 7 of wiring") {
  CHECK(lines_of_region("domain") <= 40);
  CHECK(lines_of_region("wiring") <= 7);
  CHECK(read_file(HELLO_SOURCE).find("caf") == std::string::npos);
}

TEST_CASE("hello pays in and prints the balance") {
  const auto end = run({HELLO_PROGRAM});
  CHECK(end.err == "");
  CHECK(end.out == "100\n");
  CHECK(end.code == 0);
}

TEST_CASE("hello on a store goes on where it ended") {
  const temporary_folder folder;
  const auto store = folder.file("hello.db");
  CHECK(run({HELLO_PROGRAM, "--store", store}).out == "100\n");
  CHECK(run({HELLO_PROGRAM, "--store", store}).out == "200\n");
}

TEST_CASE("hello's own binary asks its accounts") {
  const temporary_folder folder;
  const auto store = folder.file("hello.db");
  const auto ask = [&](const std::string& command, const std::string& json) {
    return run({HELLO_PROGRAM, "ask", "hello.account", "acc-1", command, json, "--store", store});
  };
  CHECK(ask("deposit", R"({"cents": 100})").code == 0);
  CHECK(ask("withdraw", R"({"cents": 30})").code == 0);
  const auto refused = ask("withdraw", R"({"cents": 71})");
  CHECK(refused.code == 3);
  CHECK(refused.err.find("insufficient funds") != std::string::npos);
  CHECK(ask("deposit", R"({"cents": -1})").code == 2);
  CHECK(run({HELLO_PROGRAM, "--store", store}).out == "170\n");
}
