#include <annals/messages/ids.hpp>

#include <annals/messages/text.hpp>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>

#include <pthread.h>

namespace annals {

namespace {

// How often this process has come out of a fork, its parents' forks included. What was seeded
// before one would give the same ids in parent and child.
std::atomic<std::uint32_t> forks{0};
[[maybe_unused]] const int told_of_forks =
    pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });

// A generator a thread: no lock on the command path. The 74 bits beside the milliseconds are a
// counter in the upper 12 (so that ids of one millisecond keep their order) and random below.
class time_ordered_ids {
public:
  uuid next() {
    if (auto now_at = forks.load(std::memory_order_relaxed); now_at != seeded_at_) {
      random_ = seeded();
      seeded_at_ = now_at;
    }
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    auto ms = std::max(last_ms_, static_cast<std::uint64_t>(now.count()));
    if (ms == last_ms_ && ++counter_ > 0xfff)
      ++ms;
    if (ms != last_ms_)
      counter_ = 0;
    last_ms_ = ms;
    return assemble(ms, counter_, random_());
  }

private:
  static uuid assemble(std::uint64_t ms, std::uint64_t counter, std::uint64_t random) {
    uuid id{};
    std::uint64_t high = (ms << 16) | 0x7000U | counter;
    std::uint64_t low = (random & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
    for (std::size_t i = 0; i < 8; ++i) {
      id.data[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
      id.data[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return id;
  }

  static std::mt19937_64 seeded() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64{seed};
  }

  std::uint64_t last_ms_ = 0;
  std::uint64_t counter_ = 0;
  std::uint32_t seeded_at_ = forks.load(std::memory_order_relaxed);
  std::mt19937_64 random_ = seeded();
};

bool is_control(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

} // namespace

uuid make_id() {
  thread_local time_ordered_ids ids;
  return ids.next();
}

uuid derive_id(const uuid& space, std::string_view name) {
  boost::uuids::name_generator_sha1 generate{space};
  return generate(name.data(), name.size());
}

std::string to_string(const uuid& id) { return boost::uuids::to_string(id); }

result<uuid> parse_uuid(std::string_view text) {
  bool shaped =
      text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
  try {
    if (shaped)
      return boost::uuids::string_generator{}(text.begin(), text.end());
  } catch (const std::runtime_error&) {
    // Falls through: said below, in our words.
  }
  return failure{errc::invalid_argument,
                 quoted(text) + " is not a UUID; give 32 hexadecimal digits as 8-4-4-4-12"};
}

result<void> check_id(std::string_view id) {
  auto refuse = [](std::string why) { return failure{errc::invalid_id, std::move(why)}; };
  if (id.empty())
    return refuse("the id of an aggregate instance is empty; give 1 to 512 bytes");
  if (id.size() > longest_id)
    return refuse("the id " + quoted(id) + " has " + std::to_string(id.size())
                  + " bytes; at most 512 are allowed");
  if (std::any_of(id.begin(), id.end(), is_control))
    return refuse("the id " + quoted(id)
                  + " holds a control character (a newline, NUL, tab …); leave it out");
  if (!is_utf8(id))
    return refuse("the id " + quoted(id) + " is not UTF-8");
  return {};
}

std::string stream_name(std::string_view aggregate, std::string_view id) {
  std::string name;
  name.reserve(aggregate.size() + 1 + id.size());
  return name.append(aggregate).append(1, '-').append(id);
}

stream_parts split_stream_name(std::string_view stream) noexcept {
  auto dash = stream.find('-');
  if (dash == std::string_view::npos)
    return {stream, {}};
  return {stream.substr(0, dash), stream.substr(dash + 1)};
}

} // namespace annals
