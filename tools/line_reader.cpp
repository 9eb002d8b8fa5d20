#include <annals/tools/line_reader.hpp>

#include <annals/messages/text.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace annals::tools {

namespace {

constexpr std::size_t block = 256 << 10;

// The largest event that a store takes, with room for its envelope.
constexpr std::size_t longest_line = (512U << 20) + (1U << 20);

} // namespace

outcome<line_reader> line_reader::open(const std::string& path, const stop_signals& stop) {
  if (path == "-")
    return line_reader{STDIN_FILENO, "standard input", stop};
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return tool_failure{"input",
                        "cannot open " + annals::quoted(path, 4096) + ": " + std::strerror(errno),
                        exit_code::failed};
  return line_reader{file, annals::quoted(path, 4096), stop};
}

line_reader::line_reader(int file, std::string name, const stop_signals& stop)
    : file_{file}, name_{std::move(name)}, stop_{&stop} {
  struct stat info {};
  if (fstat(file_, &info) == 0 && S_ISREG(info.st_mode))
    size_ = static_cast<std::uint64_t>(info.st_size);
}

line_reader::line_reader(line_reader&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, name_{std::move(other.name_)}, stop_{other.stop_},
      buffer_{std::move(other.buffer_)}, start_{other.start_}, number_{other.number_},
      given_{other.given_}, size_{other.size_} {}

line_reader::~line_reader() {
  if (file_ > STDERR_FILENO)
    close(file_);
}

outcome<std::optional<std::string_view>> line_reader::next() {
  for (auto searched = start_;;) {
    auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string_view line{buffer_.data() + start_, end - start_};
      start_ = end + 1;
      given_ += line.size() + 1;
      ++number_;
      return line;
    }
    searched = buffer_.size() - start_;
    if (searched > longest_line)
      return failed("line " + std::to_string(number_ + 1) + " is longer than any event");
    auto more = fill();
    if (!more)
      return more.error();
    if (!*more)
      break;
  }
  if (start_ == buffer_.size())
    return std::optional<std::string_view>{};
  // A last line without an end.
  std::string_view line{buffer_.data() + start_, buffer_.size() - start_};
  start_ = buffer_.size();
  given_ += line.size();
  ++number_;
  return line;
}

outcome<std::string> line_reader::rest(std::size_t most) {
  for (;;) {
    if (buffer_.size() - start_ > most)
      return failed("it is longer than " + std::to_string(most) + " bytes");
    auto more = fill();
    if (!more)
      return more.error();
    if (!*more)
      return buffer_.substr(std::exchange(start_, buffer_.size()));
  }
}

double line_reader::share() const noexcept {
  return size_ == 0 ? -1.0 : static_cast<double>(given_) / static_cast<double>(size_);
}

// Moves what has not been given out to the front and reads on; false at the end of the file.
outcome<bool> line_reader::fill() {
  buffer_.erase(0, std::exchange(start_, 0));
  for (;;) {
    pollfd events[] = {{file_, POLLIN, 0}, {stop_->handle(), POLLIN, 0}};
    poll(events, 2, -1);
    if (stop_->requested() != 0)
      return tool_failure::interrupted(stop_->requested(), "stopped reading " + name_);
    auto before = buffer_.size();
    buffer_.resize(before + block);
    auto got = read(file_, buffer_.data() + before, block);
    buffer_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got >= 0)
      return got > 0;
    if (errno != EINTR && errno != EAGAIN)
      return failed(std::strerror(errno));
  }
}

tool_failure line_reader::failed(const std::string& why) const {
  return {"input", "cannot read " + name_ + ": " + why, exit_code::failed};
}

} // namespace annals::tools
