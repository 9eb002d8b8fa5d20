#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/postgres_rivals.hpp>

#include <annals/persistence/postgres/connection.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tools::bench {

namespace {

// The table of events with a sequence for positions: nothing keeps order, versions, or readers from
// missing what commits late.
std::string insert_script(const std::string& schema, const std::string& payload) {
  return "\\set stream random(1, 1000)\n"
         "INSERT INTO "
         + schema
         + ".inserted(position, stream, version, schema_version, time, command_digest, id, "
           "correlation_id, causation_id, type, metadata, payload) VALUES (nextval('"
         + schema + ".places'), :stream, currval('" + schema
         + ".places'), 1, 1700000000000000, 0, gen_random_uuid(), gen_random_uuid(), "
           "gen_random_uuid(), '"
         + std::string{deposited::name.text()} + "', '', '" + payload + "');\n";
}

// For libpq, without the password, which other programs could see.
std::string connection_text(const postgres::settings& where) {
  std::string text;
  for (const auto& [keyword, value] : where.connection) {
    if (keyword == "password" || keyword == "client_encoding")
      continue;
    text += keyword + "='";
    for (auto c : value)
      text += (c == '\'' || c == '\\') ? std::string{'\\', c} : std::string{c};
    text += "' ";
  }
  return text;
}

std::string password_of(const postgres::settings& where) {
  auto found =
      std::ranges::find(where.connection, "password", [](const auto& pair) { return pair.first; });
  return found == where.connection.end() ? std::string{} : found->second;
}

// The exit code; 127 where there is no such program.
int run_program(const std::vector<std::string>& command, const std::string& password,
                const std::filesystem::path& output) {
  std::vector<char*> arguments;
  for (const auto& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  auto pid = fork();
  if (pid == 0) {
    auto file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, 1);
    dup2(file, 2);
    if (!password.empty())
      setenv("PGPASSWORD", password.c_str(), 1);
    execvp(arguments.front(), arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

} // namespace

std::optional<figures> pgbench_inserts(const bench_run& run, const postgres_place& place,
                                       std::uint64_t connections) {
  auto where = postgres::read_settings(place.store(), {});
  postgres::connection{where}.execute(
      "DROP TABLE IF EXISTS inserted; CREATE TABLE inserted (LIKE events INCLUDING ALL); "
      "DROP SEQUENCE IF EXISTS places; CREATE SEQUENCE places");
  auto script = run.folder / "inserts.sql";
  auto output = run.folder / "pgbench.txt";
  std::ofstream{script} << insert_script(place.schema(),
                                         to_json(deposit_of(run.how.payload)).value());
  auto seconds = std::max(1L, std::lround(run.how.window.count()));
  auto code = run_program(
      {"pgbench", "--no-vacuum", "--protocol=prepared", "--client=" + std::to_string(connections),
       "--jobs=" + std::to_string(std::min<std::uint64_t>(connections, 2)),
       "--time=" + std::to_string(seconds), "--file=" + script.string(), connection_text(where)},
      password_of(where), output);
  if (code == 127)
    return std::nullopt;
  auto text = text_of(output);
  auto found = text.find("tps = ");
  if (code != 0 || found == std::string::npos)
    throw error{{errc::store_unavailable, "pgbench failed: " + text.substr(0, 500)}};
  figures measured;
  measured.per_second = std::strtod(text.c_str() + found + 6, nullptr);
  return measured;
}

} // namespace annals::tools::bench
