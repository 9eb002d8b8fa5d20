#include <annals/tools/program_run.hpp>

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <thread>

namespace annals::tools {

namespace {

// How long a program may take to notice that its node has stopped.
constexpr std::chrono::seconds grace{5};
constexpr std::chrono::milliseconds glance{20};

// Stops the node as soon as a signal comes, beside the program that runs on it.
class stopper {
public:
  stopper(node& running, const stop_signals& stop)
      : node_{running}, stop_{stop}, thread_{[this] { watch(); }} {}

  ~stopper() {
    returned_ = true;
    thread_.join();
  }

private:
  void watch() {
    while (!returned_ && !stop_.wait(static_cast<int>(glance.count())))
      ;
    if (stop_.requested() == 0)
      return;
    node_.stop();
    auto until = std::chrono::steady_clock::now() + grace;
    while (!returned_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(glance);
    if (!returned_)
      give_up();
  }

  // All that was acknowledged is in the store by now, and the node takes nothing more.
  [[noreturn]] void give_up() const {
    std::cout.flush();
    std::fflush(nullptr);
    _exit(128 + stop_.requested());
  }

  node& node_;
  const stop_signals& stop_;
  std::atomic<bool> returned_{false};
  std::thread thread_;
};

// What the program throws when its node is stopped by a signal is not its fault.
outcome<int> call(const context& ctx, const std::function<int(node&)>& program, node& running) {
  stopper beside{running, ctx.stop};
  try {
    return program(running);
  } catch (const error& thrown) {
    if (ctx.stopping() && thrown.why().code == errc::stopping)
      return ctx.interrupted("the program has stopped");
    throw;
  }
}

// What the program printed and nobody could write is not done, unless the reader has gone.
outcome<> flush_cout(const output& out) {
  errno = 0;
  if (std::cout.flush() || out.abandoned())
    return {};
  std::string why = errno != 0 ? std::string{": "} + std::strerror(errno) : "";
  return tool_failure{"output", "cannot write to standard output" + why, exit_code::failed};
}

} // namespace

outcome<exit_code> run_program(context& ctx, const std::function<int(node&)>& program) {
  auto settings = ctx.node_settings();
  settings.cluster = ctx.settings.cluster;
  auto running = node::start(ctx.domain, settings);
  if (!running)
    return tool_failure::opening(running.error());
  auto code = call(ctx, program, **running);
  (*running)->stop();
  auto printed = flush_cout(ctx.out);
  if (!code)
    return code.error();
  if (ctx.stopping())
    return ctx.interrupted("the program has stopped");
  if (*code == 0 && !printed)
    return printed.error();
  return static_cast<exit_code>(*code);
}

} // namespace annals::tools
