#include "tests/persistence/postgres_server.hpp"

#include "tests/free_port.hpp"

#include <catch2/catch.hpp>

#include <libpq-fe.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tests {

namespace {

using namespace std::chrono_literals;
using string_list = std::vector<std::string>;

std::string folder_of_programs() {
  for (int version = 17; version >= 13; --version)
    if (auto folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin/";
        access((folder + "initdb").c_str(), X_OK) == 0)
      return folder;
  FAIL("there is no PostgreSQL server in /usr/lib/postgresql; on Debian 12: apt-get install "
       "postgresql");
  return {};
}

// The server refuses to run as root.
const passwd& server_user() {
  const auto* user = geteuid() != 0 ? getpwuid(geteuid()) : getpwnam("postgres");
  if (user == nullptr)
    user = getpwnam("nobody");
  REQUIRE(user != nullptr);
  return *user;
}

// Starts a program as that user, in a folder that it may enter, with its output in a file.
pid_t start_program(const string_list& command, const std::string& folder) {
  const auto& user = server_user();
  auto pid = fork();
  if (pid != 0)
    return pid;
  std::vector<char*> arguments;
  for (const auto& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  int output = open((folder + "/output").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(output, 1);
  dup2(output, 2);
  bool is_ready = chdir(folder.c_str()) == 0;
  if (geteuid() == 0)
    is_ready = is_ready && setgroups(0, nullptr) == 0 && setgid(user.pw_gid) == 0
               && setuid(user.pw_uid) == 0;
  prctl(PR_SET_PDEATHSIG, SIGQUIT); // a test that is killed leaves no server behind
  if (is_ready)
    execv(arguments.front(), arguments.data());
  _exit(127);
}

std::string output_in(const std::string& folder) {
  std::ifstream in{folder + "/output"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void run_program(const string_list& command, const std::string& folder) {
  int status = 0;
  waitpid(start_program(command, folder), &status, 0);
  INFO(output_in(folder));
  REQUIRE(status == 0);
}

// The first rule that fits holds.
void ask_for_password(const std::string& path) {
  std::ifstream in{path};
  std::string rules{std::istreambuf_iterator<char>{in}, {}};
  std::ofstream{path} << "host all locked 127.0.0.1/32 scram-sha-256\n" << rules;
}

} // namespace

postgres_server::postgres_server(durability how, const std::vector<std::string>& initdb_options,
                                 std::string also_at)
    : how_{how}, also_at_{std::move(also_at)} {
  give(folder_.path());
  auto folder = folder_.path().string();
  string_list command{folder_of_programs() + "initdb",
                      "--pgdata=" + folder + "/data",
                      "--no-sync",
                      "--username=postgres",
                      "--auth=trust",
                      "--no-locale"};
  command.push_back("--encoding=UTF8");
  command.insert(command.end(), initdb_options.begin(), initdb_options.end());
  run_program(command, folder);
  ask_for_password(folder + "/data/pg_hba.conf");
  if (!also_at_.empty())
    std::ofstream{folder + "/data/pg_hba.conf", std::ios::app} << "host all all samenet trust\n";
  start();
}

postgres_server::postgres_server(standby_of which) : how_{which.primary.how_} {
  give(folder_.path());
  auto folder = folder_.path().string();
  run_program({folder_of_programs() + "pg_basebackup", "--host=127.0.0.1",
               "--port=" + std::to_string(which.primary.port()), "--username=postgres",
               "--pgdata=" + folder + "/data", "--write-recovery-conf", "--wal-method=stream",
               "--checkpoint=fast", "--no-sync"},
              folder);
  start();
}

void postgres_server::give(const std::filesystem::path& path) const {
  const auto& user = server_user();
  if (geteuid() == 0)
    REQUIRE(chown(path.c_str(), user.pw_uid, user.pw_gid) == 0);
}

postgres_server::~postgres_server() { end(SIGQUIT); }

void postgres_server::start() {
  auto folder = folder_.path().string();
  // Another program may take the port between the look and the start.
  for (int attempt = 0; attempt < 5; ++attempt) {
    bool is_new = port_ == 0;
    if (is_new)
      port_ = free_port();
    string_list command{folder_of_programs() + "postgres",
                        "-D",
                        folder + "/data",
                        "-k",
                        folder,
                        "-p",
                        std::to_string(port_),
                        "-c",
                        "listen_addresses=127.0.0.1" + (also_at_.empty() ? "" : ',' + also_at_)};
    for (const auto* setting : {"lc_messages=C", "log_statement=none", "shared_buffers=16MB",
                                "max_connections=60", "autovacuum_naptime=1s"})
      command.insert(command.end(), {"-c", setting});
    if (how_ == durability::none)
      for (const auto* setting : {"fsync=off", "full_page_writes=off"})
        command.insert(command.end(), {"-c", setting});
    process_ = start_program(command, folder);
    while (PQping(url().c_str()) != PQPING_OK) {
      if (waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = -1;
        break;
      }
      std::this_thread::sleep_for(5ms);
    }
    if (process_ != -1)
      return;
    if (is_new)
      port_ = 0;
  }
  FAIL("the PostgreSQL server does not start:\n" << output_in(folder));
}

void postgres_server::crash() { end(SIGQUIT); }

void postgres_server::stop() { end(SIGINT); }

void postgres_server::hang() { tell_all(SIGSTOP); }

void postgres_server::go_on() { tell_all(SIGCONT); }

// The server's first process makes all others: it is stopped before them, and goes on after them.
void postgres_server::tell_all(int signal) const {
  if (signal == SIGSTOP)
    kill(process_, signal);
  auto of = std::to_string(process_);
  std::ifstream children{"/proc/" + of + "/task/" + of + "/children"};
  for (pid_t child = 0; children >> child;)
    kill(child, signal);
  if (signal != SIGSTOP)
    kill(process_, signal);
}

void postgres_server::end(int signal) {
  if (process_ == -1)
    return;
  go_on(); // what hangs does not end
  kill(process_, signal);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string postgres_server::url(const std::string& database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + '/' + database;
}

std::string postgres_server::store_url(const std::string& schema) const {
  return url() + "?annals_schema=" + schema;
}

std::string postgres_server::far_store_url(const std::string& schema) const {
  return "postgresql://postgres@" + also_at_ + ':' + std::to_string(port_)
         + "/postgres?annals_schema=" + schema;
}

std::string postgres_server::local_store_url(const std::string& schema) const {
  return "postgresql:///postgres?user=postgres&host=" + folder_.path().string()
         + "&port=" + std::to_string(port_) + "&annals_schema=" + schema;
}

} // namespace annals::tests
