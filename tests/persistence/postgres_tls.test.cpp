#include <annals/persistence/open_store.hpp>

#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace annals;
using namespace annals::tests;

namespace {

// A key and a certificate for "localhost" that it has signed itself.
bool make_certificate(const std::filesystem::path& key, const std::filesystem::path& certificate) {
  auto command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
                 "-addext subjectAltName=DNS:localhost -keyout '"
                 + key.string() + "' -out '" + certificate.string() + "' 2> /dev/null";
  return std::system(command.c_str()) == 0;
}

// Has the server take TLS connections, and only those over TCP; false where openssl is missing.
bool serve_tls(postgres_server& server) {
  auto key = server.folder() / "data/server.key";
  auto certificate = server.folder() / "data/server.crt";
  if (!make_certificate(key, certificate)) {
    WARN("skipped: this test needs the program openssl; on Debian 12: apt-get install openssl");
    return false;
  }
  std::filesystem::permissions(key, std::filesystem::perms::owner_read);
  server.give(key);
  server.give(certificate);
  run_sql(server.url(), "ALTER SYSTEM SET ssl = on");
  run_sql(server.url(), "SELECT pg_reload_conf()");
  return comes_true([&] { return run_sql(server.url(), "SHOW ssl") == "on"; });
}

std::string url_of(const postgres_server& server, const std::string& host,
                   const std::string& more) {
  return "postgresql://postgres@" + host + ':' + std::to_string(server.port())
         + "/postgres?hostaddr=127.0.0.1&" + more;
}

void check_refused(const std::string& url, const std::string& words) {
  auto opened = open_store(url);
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == errc::store_unavailable);
  CHECK_THAT(opened.error().message,
             Catch::Contains(words) && Catch::Contains("check sslmode and the certificates"));
}

} // namespace

TEST_CASE("with sslmode=verify-full a store is kept over TLS, also after the connection was lost") {
  postgres_server server;
  if (!serve_tls(server))
    return;
  auto verified =
      "sslmode=verify-full&sslrootcert=" + (server.folder() / "data/server.crt").string();
  auto store = open_store(url_of(server, "localhost", verified)).value();
  fill(*store, "a-1", 0, 2);
  auto ours = std::string{" FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                          "WHERE application_name = 'annals'"};
  CHECK(run_sql(server.url(), "SELECT bool_and(ssl)" + ours) == "t");
  run_sql(server.url(), "SELECT pg_terminate_backend(pid)" + ours);
  CHECK(fill(*store, "a-1", 2, 1) == appended{3, 3});
  CHECK(run_sql(server.url(), "SELECT bool_and(ssl)" + ours) == "t");
}

TEST_CASE(
    "a certificate that is unknown, or of another name, is refused, and so is no TLS at all") {
  postgres_server server;
  check_refused(url_of(server, "localhost", "sslmode=require"), "SSL");
  if (!serve_tls(server))
    return;
  temporary_folder folder;
  auto other = folder.path() / "other.crt";
  REQUIRE(make_certificate(folder.path() / "other.key", other));
  check_refused(url_of(server, "localhost", "sslmode=verify-full&sslrootcert=" + other.string()),
                "certificate");
  auto known = "sslmode=verify-full&sslrootcert=" + (server.folder() / "data/server.crt").string();
  check_refused(url_of(server, "db.example", known), "db.example");
}
