#include <annals/tools/bench/forked.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tools::bench {

namespace {

using namespace std::chrono_literals;

struct pipe_ends {
  int reads = -1;
  int writes = -1;
};

pipe_ends make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "cannot make a pipe"};
  return {ends[0], ends[1]};
}

void write_line(int to, std::string text) {
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    auto written = write(to, text.data() + done, text.size() - done);
    if (written <= 0)
      return;
    done += static_cast<std::size_t>(written);
  }
}

// Until it is told to end, or whoever could tell has gone: a process that was made later has a copy
// of the other end, so that its closing alone says nothing.
void wait_for_word(int from) {
  char c = 0;
  [[maybe_unused]] auto got = read(from, &c, 1);
}

} // namespace

forked::forked(
    const std::function<void(const teller& tell, const std::function<void()>& wait)>& body) {
  auto told = make_pipe();
  auto held = make_pipe();
  auto parent = getpid();
  process_ = fork();
  if (process_ < 0)
    throw std::system_error{errno, std::generic_category(), "cannot make a process"};
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
      _exit(1);
    close(told.reads);
    close(held.writes);
    auto tell = [&](const std::string& text) { write_line(told.writes, text); };
    try {
      body(tell, [&] { wait_for_word(held.reads); });
    } catch (const std::exception& failed) {
      tell(std::string{"failed: "} + failed.what());
    }
    _exit(0); // nothing of the copy is to be cleared up twice
  }
  close(told.writes);
  close(held.reads);
  from_it_ = told.reads;
  to_it_ = held.writes;
}

forked::~forked() {
  if (process_ > 0)
    write_line(to_it_, "end");
  close(to_it_);
  wait_for_end();
  close(from_it_);
}

std::string forked::hear() {
  std::string line;
  for (char c; read(from_it_, &c, 1) == 1 && c != '\n';)
    line += c;
  return line;
}

void forked::kill() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  waitpid(std::exchange(process_, -1), nullptr, 0);
}

void forked::wait_for_end() {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end)
      return kill();
    std::this_thread::sleep_for(10ms);
  }
  process_ = -1;
}

} // namespace annals::tools::bench
