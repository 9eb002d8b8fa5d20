#include <annals/tools/output.hpp>

#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace annals::tools {

namespace {

constexpr std::size_t gather = 64 << 10;

// What a pipe takes without waiting once it says that it is writable (PIPE_BUF).
constexpr std::size_t piece = 4096;

// How long output may still take once the program is to stop.
constexpr int last_wait_ms = 100;

} // namespace

outcome<> output::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < gather ? outcome<>{} : flush();
}

outcome<> output::line(std::string_view text) {
  buffer_ += text;
  return write("\n");
}

outcome<> output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty())
    if (auto written = write_some(rest); !written) {
      buffer_.clear();
      return written;
    }
  buffer_.clear();
  return {};
}

outcome<> output::write_some(std::string_view& rest) {
  if (auto ready = wait_until_writable(); !ready)
    return ready;
  auto written = ::write(file_, rest.data(), std::min(rest.size(), piece));
  if (written >= 0) {
    rest.remove_prefix(static_cast<std::size_t>(written));
    return {};
  }
  if (errno == EINTR || errno == EAGAIN)
    return {};
  if (errno == EPIPE)
    return tool_failure::quiet_end();
  return tool_failure{"output", "cannot write to " + name_ + ": " + std::strerror(errno),
                      exit_code::failed};
}

// A signal ends the wait, but not at once: what is ready to be taken is still given.
outcome<> output::wait_until_writable() {
  for (;;) {
    bool stopping = stop_.requested() != 0;
    pollfd events[] = {{file_, POLLOUT, 0}, {stop_.handle(), POLLIN, 0}};
    int ready = poll(events, stopping ? 1 : 2, stopping ? last_wait_ms : -1);
    if (ready > 0 && events[0].revents != 0)
      return {};
    if (stopping && ready == 0)
      return tool_failure::interrupted(stop_.requested(),
                                       "stopped while " + name_ + " took no more output");
  }
}

bool output::abandoned() const {
  pollfd event{file_, 0, 0};
  return poll(&event, 1, 0) > 0 && (event.revents & POLLERR) != 0;
}

void occupy_standard_files() {
  for (int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(file, F_GETFD) == -1)
        // The lowest free number, which is this one. Only for reading: a write to it still fails.
        [[maybe_unused]]
      auto opened = open("/dev/null", O_RDONLY);
}

void report(const tool_failure& why, bool json) {
  if (why.quiet())
    return;
  std::string line;
  if (json)
    line = json_object{}
               .raw("error", json_object{}.add("code", why.code).add("message", why.message).text())
               .text();
  else
    line = "annals: " + why.code + ": " + printable(why.message);
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno != EINTR)
      return; // There is nobody left to tell.
    rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
}

std::string printable(std::string_view text) {
  auto quotes = annals::quoted(text, text.size() + 1);
  return quotes.substr(1, quotes.size() - 2);
}

} // namespace annals::tools
