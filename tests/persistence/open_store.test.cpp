#include <annals/persistence/open_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

void check_refused(std::string_view url, errc code, std::string_view word,
                   store_options options = {}) {
  INFO(url);
  auto opened = open_store(url, options);
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == code);
  CHECK_THAT(opened.error().message, Catch::Contains(std::string{word}));
}

} // namespace

TEST_CASE("memory: opens a new memory store each time") {
  auto store = open_store("memory:").value();
  CHECK_FALSE(store->blocks());
  fill(*store, "a-1", 0, 1);
  CHECK(whole_log(*open_store("memory:").value()).empty());
}

TEST_CASE("a memory store has no name and cannot be there already") {
  check_refused("memory:x", errc::invalid_argument, "'x'");
  check_refused("memory:", errc::not_found, "memory", {.mode = open_mode::existing});
  check_refused("memory:", errc::not_found, "memory", {.mode = open_mode::read_only});
}

TEST_CASE("a scheme that nobody knows is refused by name") {
  check_refused("mysql://host/db", errc::invalid_argument, "'mysql:'");
  check_refused("http:x", errc::invalid_argument, "'http:'");
  check_refused("SQLITE:x", errc::invalid_argument, "'SQLITE:'");
}

TEST_CASE("an empty path and a negative timeout are refused") {
  check_refused("", errc::invalid_argument, "path");
  check_refused("memory:", errc::invalid_argument, "timeout", {.lock_timeout = -1ms});
}

TEST_CASE("a PostgreSQL store is known by its scheme, and its URL is never shown") {
  for (const std::string scheme : {"postgresql", "postgres"}) {
    auto opened = open_store(scheme + "://u:s3cret@127.0.0.1:1/bank");
    REQUIRE(opened.has_error());
    CHECK_THAT(opened.error().message, !Catch::Contains("s3cret"));
#ifdef ANNALS_WITH_POSTGRES
    CHECK(opened.error().code == errc::store_unavailable);
#else
    CHECK(opened.error().code == errc::invalid_argument);
    CHECK_THAT(opened.error().message, Catch::Contains("libpq-dev"));
#endif
  }
}

#ifdef ANNALS_WITH_SQLITE
TEST_CASE("sqlite:FILE and a bare path open the same SQLite file") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  fill(*open_store("sqlite:" + path).value(), "a-1", 0, 1);
  CHECK(whole_log(*open_store(path, {.mode = open_mode::existing}).value()).size() == 1);
  CHECK(open_store(path).value()->blocks());
}

TEST_CASE("a colon behind the path's first part is no scheme") {
  temporary_folder folder;
  CHECK(open_store(folder.file("a:b.db")).has_value());
  CHECK(open_store("sqlite:" + folder.file("sqlite:b.db")).has_value());
  CHECK(std::filesystem::exists(folder.file("sqlite:b.db")));
}

TEST_CASE("a store may be named from the folder that one stands in, also before it is there") {
  temporary_folder folder;
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const std::string url : {"a.db", "./b.db", "sqlite:c.db"}) {
    INFO(url);
    auto opened = open_store(url);
    CHECK((opened ? std::string{} : to_string(opened.error())).empty());
  }
  check_refused("nowhere/a.db", errc::not_found, folder.file("nowhere"));
  std::filesystem::current_path(before);
  for (const auto* name : {"a.db", "b.db", "c.db"})
    CHECK(std::filesystem::exists(folder.file(name)));
}

TEST_CASE("what the SQLite store says of a path comes through") {
  temporary_folder folder;
  check_refused("sqlite:", errc::invalid_argument, "empty");
  check_refused(folder.file("a.db"), errc::not_found, folder.file("a.db"),
                {.mode = open_mode::existing});
}

TEST_CASE("a lock timeout may be as long as one likes") {
  temporary_folder folder;
  auto store = open_store(folder.file("a.db"), {.lock_timeout = std::chrono::milliseconds::max()});
  CHECK(fill(*store.value(), "a-1", 0, 1) == appended{1, 1});
}
#else
TEST_CASE("without SQLite, a path is refused with what to do") {
  check_refused("sqlite:a.db", errc::invalid_argument, "libsqlite3-dev");
  check_refused("a.db", errc::invalid_argument, "libsqlite3-dev");
}
#endif
