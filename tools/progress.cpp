#include <annals/tools/progress.hpp>

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace annals::tools {

namespace {

constexpr std::chrono::milliseconds between_bars{100};
constexpr std::chrono::seconds between_lines{1};

// Takes what stands on the terminal's line away.
constexpr auto fresh_line = "\r\x1b[K";

void show(const std::string& text) {
  // Progress that cannot be shown is no reason to fail.
  [[maybe_unused]] auto written = write(STDERR_FILENO, text.data(), text.size());
}

std::string two_digits(std::uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string percent(double share) {
  auto text = std::to_string(static_cast<int>(share * 100)) + '%';
  return std::string(4 - std::min<std::size_t>(text.size(), 4), ' ') + text;
}

} // namespace

progress::progress(std::string label, progress_style style)
    : label_{std::move(label)}, terminal_{style != progress_style::none && isatty(STDERR_FILENO)},
      lines_{style == progress_style::bar_or_lines && !terminal_} {}

progress::~progress() {
  if (drawn_)
    show(fresh_line);
}

void progress::at(std::uint64_t events, double share) {
  auto now = clock::now();
  if ((!terminal_ && !lines_) || now < next_)
    return;
  next_ = now + (terminal_ ? clock::duration{between_bars} : clock::duration{between_lines});
  share = std::min(share, 1.0);
  if (terminal_) {
    drawn_ = true;
    show(fresh_line + bar(events, share));
  } else {
    show(plain(events, share));
  }
}

void progress::at_event(std::uint64_t done, std::uint64_t total) {
  at(done, total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total));
}

double progress::seconds() const {
  return std::max(std::chrono::duration<double>(clock::now() - start_).count(), 1e-6);
}

// "612,000 events/s, 0:02 left": both follow from the whole time so far, so that they do not jump.
std::string progress::pace(std::uint64_t events, double share) const {
  auto elapsed = seconds();
  auto text =
      grouped(static_cast<std::uint64_t>(static_cast<double>(events) / elapsed)) + " events/s";
  if (share > 0)
    text += ", " + clock_text(elapsed * (1 - share) / share) + " left";
  return text;
}

std::string progress::bar(std::uint64_t events, double share) const {
  constexpr std::size_t width = 24;
  std::string text = label_ + "  ";
  if (share >= 0) {
    auto full = static_cast<std::size_t>(share * width);
    text += '[' + std::string(full, '#') + std::string(width - full, '.') + "] " + percent(share)
            + "  ";
  }
  return text + grouped(events) + " events, " + pace(events, share);
}

std::string progress::plain(std::uint64_t events, double share) const {
  return label_ + ":" + (share >= 0 ? percent(share) + "," : std::string{}) + ' ' + grouped(events)
         + " events, " + pace(events, share) + '\n';
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = text.size(); at > 3;)
    text.insert(at -= 3, 1, ',');
  return text;
}

std::string clock_text(double seconds) {
  auto whole = static_cast<std::uint64_t>(std::ceil(std::clamp(seconds, 0.0, 1e9)));
  auto minutes = whole / 60;
  auto tail = ':' + two_digits(whole % 60);
  if (minutes < 60)
    return std::to_string(minutes) + tail;
  return std::to_string(minutes / 60) + ':' + two_digits(minutes % 60) + tail;
}

} // namespace annals::tools
