#include "tests/persistence/child_process.hpp"

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tests {

namespace {

int run(const std::function<void(const child_process::report&)>& body, int reports) {
  try {
    // Fewer bytes than PIPE_BUF: a report is written whole or not at all.
    body([&](std::uint64_t number) {
      if (write(reports, &number, sizeof number) != sizeof number)
        throw std::system_error{errno, std::generic_category(), "report"};
    });
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "the child failed: %s\n", e.what());
    return 1;
  }
}

} // namespace

child_process::child_process(const std::function<void(const report&)>& body) {
  int ends[2];
  if (pipe(ends) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe"};
  pid_ = fork();
  if (pid_ == -1)
    throw std::system_error{errno, std::generic_category(), "fork"};
  if (pid_ == 0) {
    close(ends[0]);
    _exit(run(body, ends[1]));
  }
  close(ends[1]);
  reports_ = ends[0];
}

child_process::~child_process() {
  if (pid_ != -1) {
    kill();
    wait();
  }
  close(reports_);
}

void child_process::kill() { ::kill(pid_, SIGKILL); }

int child_process::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool child_process::next(std::uint64_t& number) {
  return read(reports_, &number, sizeof number) == sizeof number;
}

} // namespace annals::tests
