#include <annals/tools/stop_signals.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>

namespace annals::tools {

namespace {

// Long enough that an ordinary stop says nothing.
constexpr int patience_ms = 200;

bool is_ignored(int signal) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

int checked(int file) {
  if (file < 0)
    throw std::system_error{errno, std::generic_category(), "cannot watch for signals"};
  return file;
}

void set(int event) {
  std::uint64_t one = 1;
  // An eventfd takes this unless it is full, which is as good as set.
  [[maybe_unused]] auto written = write(event, &one, sizeof one);
}

} // namespace

stop_signals::stop_signals(bool announce) : announce_{announce} {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &pipe_before_);
  sigemptyset(&watched_);
  for (int signal : {SIGINT, SIGTERM})
    if (!is_ignored(signal))
      sigaddset(&watched_, signal);
  pthread_sigmask(SIG_BLOCK, &watched_, &mask_before_);
  source_ = checked(signalfd(-1, &watched_, SFD_CLOEXEC | SFD_NONBLOCK));
  raised_ = checked(eventfd(0, EFD_CLOEXEC));
  end_ = checked(eventfd(0, EFD_CLOEXEC));
  watcher_ = std::thread{[this] { watch(); }};
}

stop_signals::~stop_signals() {
  set(end_);
  watcher_.join();
  for (int file : {source_, raised_, end_})
    close(file);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  sigaction(SIGPIPE, &pipe_before_, nullptr);
}

bool stop_signals::wait(int milliseconds) const {
  pollfd event{raised_, POLLIN, 0};
  poll(&event, 1, milliseconds);
  return requested() != 0;
}

void stop_signals::watch() {
  pollfd events[] = {{source_, POLLIN, 0}, {end_, POLLIN, 0}};
  for (bool told = false;;) {
    bool waiting = requested() != 0 && !told;
    int ready = poll(events, 2, waiting ? patience_ms : -1);
    if (events[1].revents != 0)
      return;
    if (ready == 0) {
      told = true;
      constexpr char text[] = "annals: stopping; the same signal again ends at once\n";
      if (announce_.load(std::memory_order_relaxed)) [[maybe_unused]]
        auto written = write(STDERR_FILENO, text, sizeof text - 1);
    }
    signalfd_siginfo info{};
    if (ready > 0 && read(source_, &info, sizeof info) == sizeof info)
      raise(static_cast<int>(info.ssi_signo));
  }
}

void stop_signals::raise(int signal) {
  if (requested() != 0)
    _exit(128 + signal);
  requested_.store(signal, std::memory_order_release);
  set(raised_);
}

} // namespace annals::tools
