#include "tests/examples/program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tests {

namespace {

template <class T>
T checked(T got, bool good, const char* what) {
  if (!good)
    throw std::system_error{errno, std::generic_category(), what};
  return got;
}

std::FILE* unnamed_file() {
  auto* made = std::tmpfile();
  return checked(made, made != nullptr, "tmpfile");
}

std::string content(std::FILE* file) {
  std::string text;
  std::array<char, 4096> part{};
  std::rewind(file);
  while (auto got = std::fread(part.data(), 1, part.size(), file))
    text.append(part.data(), got);
  return text;
}

} // namespace

program::program(std::vector<std::string> arguments)
    : out_{unnamed_file(), std::fclose}, err_{unnamed_file(), std::fclose}, lines_{nullptr,
                                                                                   std::fclose} {
  int ends[2];
  checked(0, pipe2(ends, O_CLOEXEC) == 0, "pipe");
  lines_.reset(fdopen(ends[0], "r"));
  const auto parent = getpid();
  pid_ = fork();
  if (pid_ == 0)
    become(arguments, ends[1], parent);
  close(ends[1]);
  checked(pid_, pid_ > 0, "fork");
}

void program::become(std::vector<std::string>& arguments, int pipe_end, pid_t parent) {
  // A test that is killed leaves nothing behind.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(127);
  std::vector<char*> pointers;
  for (auto& argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  dup2(fileno(out_.get()), STDOUT_FILENO);
  dup2(fileno(err_.get()), STDERR_FILENO);
  if (pipe_end == 3)
    fcntl(pipe_end, F_SETFD, 0); // dup2 to itself would leave it to be closed
  else
    dup2(pipe_end, 3);
  execv(pointers[0], pointers.data());
  _exit(127);
}

program::~program() {
  if (pid_ > 0) {
    signal(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void program::signal(int number) { kill(pid_, number); }

bool program::next_line(std::string& line) {
  line.clear();
  for (int c = std::getc(lines_.get()); c != EOF; c = std::getc(lines_.get())) {
    if (c == '\n')
      return true;
    line += static_cast<char>(c);
  }
  return false;
}

bool program::ends_within(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  pid_ = -1;
  return true;
}

program_end program::wait() {
  if (pid_ > 0) {
    const auto ended = waitpid(std::exchange(pid_, -1), &status_, 0);
    checked(ended, ended > 0, "waitpid");
  }
  const int code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  return {code, content(out_.get()), content(err_.get())};
}

program_end run(std::vector<std::string> arguments) { return program{std::move(arguments)}.wait(); }

} // namespace annals::tests
