#include <annals/actors/served/store_host_state.hpp>

#include <caf/send.hpp>

#include <utility>

namespace annals {

namespace {

using namespace std::chrono_literals;
using served::store_call;

constexpr auto between_clean_ups = 1s;
// What was written must not be written again: longer than whoever asked goes on asking.
constexpr auto keep_written = 10min;
// Anything else may be asked anew.
constexpr auto keep_others = 30s;
// Past it nobody seems to come for the rest, where there is no room for what others ask.
constexpr auto longest_pause = 1s;
// Up to which a question that brings no large answer has a reserve: without leases and appends
// nobody gets on.
constexpr std::size_t small_question = 64U << 10;
constexpr std::size_t share_of_reserve = 8;

bool brings_little(const store_host_state::piece& next) {
  if (next.offset != 0 || !next.is_last || next.bytes.size() > small_question)
    return false;
  auto what = served::call_of(next.bytes);
  return what && !served::is_reading(*what) && *what != store_call::live_model;
}

} // namespace

// Of those that are not under way.
template <class Which>
store_host_state::channel_map::iterator store_host_state::find_eldest(Which which) {
  auto eldest = channels_.end();
  for (auto each = channels_.begin(); each != channels_.end(); ++each)
    if (each->second.at != stage::under_way && which(each->second)
        && (eldest == channels_.end() || each->second.touched < eldest->second.touched))
      eldest = each;
  return eldest;
}

// Where there is none, what nobody comes for makes some.
bool store_host_state::has_room(const piece& next) {
  const auto size = next.bytes.size();
  if (brings_little(next)
      && bytes_asked_ + size <= parts_.most_bytes + parts_.most_bytes / share_of_reserve)
    return true;
  const auto untouched = clock::now() - longest_pause;
  while (bytes_asked_ + bytes_answered_ + size > parts_.most_bytes) {
    auto eldest = find_eldest([&](const channel& one) {
      return !one.has_written() && !one.bytes.empty() && one.touched < untouched;
    });
    if (eldest == channels_.end())
      return false;
    forget(eldest);
  }
  return true;
}

// CAF's promises do not answer when they are dropped, and the gateway waits for each.
void store_host_state::forget(channel_map::iterator of) {
  for (auto& caller : std::exchange(of->second.callers, {}))
    caller.deliver(make_error(errc::invalid_argument,
                              "a question for a served store has been followed by a later "
                              "one"));
  auto& held = of->second.at == stage::answered ? bytes_answered_ : bytes_asked_;
  held -= of->second.bytes.size();
  channels_.erase(of);
}

void store_host_state::on_look_again() {
  clean_up();
  self_->delayed_send(self_, between_clean_ups, look_again{});
}

void store_host_state::clean_up() {
  const auto now = clock::now();
  const bool are_many = channels_.size() >= most_channels;
  for (auto each = channels_.begin(); each != channels_.end();) {
    auto next = std::next(each);
    const auto& one = each->second;
    if (one.at != stage::under_way
        && now - one.touched > (one.has_written() ? keep_written : keep_others))
      forget(each);
    each = next;
  }
  if (!are_many || channels_.size() < most_channels)
    return;
  auto eldest = find_eldest([](const channel&) { return true; });
  if (eldest != channels_.end())
    forget(eldest);
}

} // namespace annals
