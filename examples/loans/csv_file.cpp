#include "csv_file.hpp"

#include <annals/messages/text.hpp>

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace loans {

namespace {

constexpr std::size_t chunk = 128 * 1024;
constexpr std::size_t longest_line = 64 * 1024;

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  return line;
}

} // namespace

struct csv_file::stream {
  gzFile file = nullptr;
  double size = 0;

  explicit stream(const std::string& path) : file{gzopen(path.c_str(), "rb")} {
    std::error_code unknown; // then there is no progress to show
    const auto bytes = std::filesystem::file_size(path, unknown);
    size = unknown ? 0 : static_cast<double>(bytes);
  }
  ~stream() {
    if (file != nullptr)
      gzclose(file);
  }
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
};

csv_file::csv_file(std::string path, std::shared_ptr<stream> in)
    : path_{std::move(path)}, in_{std::move(in)} {}

annals::result<csv_file> csv_file::open(const std::string& path) {
  std::error_code ignored; // gzopen says what is wrong
  if (std::filesystem::is_directory(path, ignored))
    return annals::failure{annals::errc::invalid_argument, path + ": is a folder, not a CSV file"};
  errno = 0;
  auto in = std::make_shared<stream>(path);
  if (in->file == nullptr)
    return annals::failure{errno == ENOENT ? annals::errc::not_found
                                           : annals::errc::invalid_argument,
                           path + ": cannot be opened: " + std::strerror(errno)};
  gzbuffer(in->file, chunk);
  csv_file opened{path, std::move(in)};
  auto first = opened.next_line();
  if (!first)
    return first.error();
  if (!*first)
    return opened.at_line("the file is empty, expected the header " + std::string{header});
  if (**first != header)
    return opened.at_line("expected the header " + std::string{header} + ", found "
                          + annals::quoted(**first));
  return opened;
}

annals::result<std::optional<row>> csv_file::next() {
  auto text = next_line();
  if (!text)
    return text.error();
  if (!*text)
    return std::optional<row>{};
  auto parsed = parse_row(**text);
  if (!parsed)
    return at_line(parsed.error().message);
  return std::optional{std::move(*parsed)};
}

annals::result<std::optional<std::string_view>> csv_file::next_line() {
  ++line_;
  auto end = buffer_.find('\n', next_);
  while (end == std::string::npos) {
    if (buffer_.size() - next_ > longest_line)
      return at_line("the line is longer than 64 KiB; is this a CSV file?");
    auto more = fill();
    if (!more)
      return more.error();
    if (!*more) {
      if (next_ == buffer_.size())
        return std::optional<std::string_view>{};
      return at_line("the last row has no line end; is the file cut short?");
    }
    end = buffer_.find('\n', next_);
  }
  const auto line = std::string_view{buffer_}.substr(next_, end - next_);
  next_ = end + 1;
  return std::optional{without_carriage_return(line)};
}

// False at the end of the file.
annals::result<bool> csv_file::fill() {
  buffer_.erase(0, std::exchange(next_, 0));
  const auto held = buffer_.size();
  buffer_.resize(held + chunk);
  const int got = gzread(in_->file, buffer_.data() + held, chunk);
  buffer_.resize(held + static_cast<std::size_t>(std::max(got, 0)));
  int code = Z_OK;
  const char* why = gzerror(in_->file, &code);
  // At the end of a file cut short gzread gives what it has and leaves Z_BUF_ERROR behind.
  if (got < 0 || (got < static_cast<int>(chunk) && code == Z_BUF_ERROR))
    return at_line(code == Z_BUF_ERROR ? "the compressed file is cut short"
                                       : std::string{"cannot be read: "} + why);
  return got > 0;
}

annals::failure csv_file::at_line(std::string what) const {
  return {annals::errc::invalid_argument, path_ + ":" + std::to_string(line_) + ": " + what};
}

double csv_file::done() const noexcept {
  return in_->size > 0 ? static_cast<double>(gzoffset(in_->file)) / in_->size : 0;
}

} // namespace loans
