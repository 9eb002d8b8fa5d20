#include "tests/tools/child.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace annals::tests {

namespace {

constexpr std::chrono::minutes patience{3};

struct channel {
  int ours = -1;
  int theirs = -1;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

// `writing` says which end is ours.
channel make_pipe(bool writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    fail("pipe2");
  return writing ? channel{ends[1], ends[0]} : channel{ends[0], ends[1]};
}

channel make_terminal() {
  channel made;
  if (openpty(&made.ours, &made.theirs, nullptr, nullptr, nullptr) != 0)
    fail("openpty");
  fcntl(made.ours, F_SETFD, FD_CLOEXEC);
  fcntl(made.theirs, F_SETFD, FD_CLOEXEC);
  return made;
}

channel make_out(const child_setup& setup) {
  if (setup.out_file.empty())
    return make_pipe(false);
  int file = open(setup.out_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    fail(setup.out_file.c_str());
  return {-1, file};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_of(const child_setup& setup) {
  auto all = setup.environment;
  for (char** each = environ; *each != nullptr; ++each)
    if (!std::string_view{*each}.starts_with("ANNALS_STORE="))
      all.emplace_back(*each);
  return all;
}

pid_t spawn(const child_setup& setup, int in, int out, int err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
  auto arguments = setup.arguments;
  arguments.insert(arguments.begin(), setup.program);
  auto environment = environment_of(setup);
  pid_t pid = -1;
  // This process ignores SIGPIPE; an ordinary shell does not.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawn(&pid, setup.program.c_str(), &files, &attributes,
                          pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  for (int file : {in, out, err})
    close(file);
  if (error != 0)
    throw std::system_error{error, std::generic_category(), setup.program};
  return pid;
}

void shut(int& file) {
  if (file >= 0)
    close(file);
  file = -1;
}

// False at the end of what there is.
bool take(int& file, std::string& into) {
  char buffer[65536];
  auto got = read(file, buffer, sizeof buffer);
  if (got > 0)
    into.append(buffer, static_cast<std::size_t>(got));
  else if (got == 0 || errno != EINTR) // a terminal without a program at its other end is EIO
    shut(file);
  return got > 0;
}

} // namespace

child::child(const child_setup& setup) {
  std::signal(SIGPIPE, SIG_IGN);
  auto in = make_pipe(true);
  auto out = make_out(setup);
  auto err = setup.terminal ? make_terminal() : make_pipe(false);
  in_ = in.ours;
  out_ = out.ours;
  err_ = err.ours;
  pid_ = spawn(setup, in.theirs, out.theirs, err.theirs);
}

child::~child() {
  if (!ended_ && !reap()) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (int* file : {&in_, &out_, &err_})
    shut(*file);
}

void child::send(std::string_view input) {
  while (!input.empty()) {
    auto written = write(in_, input.data(), input.size());
    if (written < 0)
      return; // It has ended, and will be asked why.
    input.remove_prefix(static_cast<std::size_t>(written));
  }
}

void child::close_input() { shut(in_); }

void child::close_output() { shut(out_); }

void child::signal(int number) const { kill(pid_, number); }

void child::signal_when_ready(int number) {
  wait_until([&] { return is_ready_for_signals(); }, "readiness for signals");
  signal(number);
}

// Whether it has blocked SIGINT, to ask for it in its own time.
bool child::is_ready_for_signals() const {
  std::ifstream status{"/proc/" + std::to_string(pid_) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigBlk:"))
      return (std::stoull(line.substr(7), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
  return false;
}

int child::waiting_output() const {
  int bytes = 0;
  ioctl(out_, FIONREAD, &bytes);
  return bytes;
}

void child::pump() {
  pollfd files[] = {{holds_output_ ? -1 : out_, POLLIN, 0}, {err_, POLLIN, 0}};
  poll(files, 2, 5);
  if (files[0].revents != 0)
    take(out_, end_.out);
  if (files[1].revents != 0)
    take(err_, end_.err);
}

bool child::reap() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_)
    return false;
  ended_ = true;
  end_.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return true;
}

void child::wait_until(const std::function<bool()>& condition, std::string_view what) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until)
      give_up(what);
    pump();
  }
}

void child::wait_for_out(std::string_view text) {
  wait_until([&] { return end_.out.find(text) != std::string::npos; }, text);
}

void child::wait_for_err(std::string_view text) {
  wait_until([&] { return end_.err.find(text) != std::string::npos; }, text);
}

ended child::wait() {
  wait_until([&] { return ended_ || reap(); }, "its end");
  while (out_ >= 0 && take(out_, end_.out))
    ;
  while (err_ >= 0 && take(err_, end_.err))
    ;
  return end_;
}

void child::give_up(std::string_view waited_for) const {
  throw std::runtime_error{"the child did not come to '" + std::string{waited_for}
                           + "' within three minutes; its output: " + end_.out.substr(0, 2000)
                           + "; its errors: " + end_.err};
}

ended run_to_end(const child_setup& setup, std::string_view input) {
  child running{setup};
  running.send(input);
  running.close_input();
  return running.wait();
}

} // namespace annals::tests
