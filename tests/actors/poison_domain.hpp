#pragma once

#include <annals/actors/projection_control.hpp>
#include <annals/annals.hpp>
#include <annals/persistence/event_store.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>

/// A domain whose projections throw at some events until they are mended.
namespace poison {

inline std::atomic<bool> mended{false};
/// How often a projection throws at an event that says "at first".
inline std::atomic<int> throws_left{0};

struct add {
  std::int64_t amount = 0;
  std::string how;
};
BOOST_DESCRIBE_STRUCT(add, (), (amount, how))

struct added {
  static constexpr annals::event_name name{"poison.added"};
  std::int64_t amount = 0;
  /// "poison" is what nobody can take in before it is mended.
  std::string how;
};
BOOST_DESCRIBE_STRUCT(added, (), (amount, how))

struct counter {
  static constexpr annals::aggregate_name name{"poison.counter"};
  using commands = annals::commands<add>;
  using events = annals::events<added>;
  std::int64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(counter, (), (sum))

inline annals::decision<added> decide(const counter&, const add& cmd) {
  return added{cmd.amount, cmd.how};
}
inline counter evolve(counter self, const added& event) { return {self.sum + event.amount}; }

/// How long a projection works at an event.
inline std::atomic<std::chrono::microseconds> work{std::chrono::microseconds{0}};

inline void work_at_it() {
  const auto end = std::chrono::steady_clock::now() + work.load();
  while (work.load().count() != 0 && std::chrono::steady_clock::now() < end) {}
}

inline void throw_at(const added& event) {
  if (event.how == "poison" && !mended)
    throw std::runtime_error{"cannot take in " + std::to_string(event.amount)};
  if (event.how == "at first" && throws_left.fetch_sub(1) > 0)
    throw std::runtime_error{"not at first"};
}

/// Parks; the order of events does not matter to it. Throws when it has changed by half.
struct sums {
  static constexpr annals::projection_name name{"poison.sums"};
  static constexpr auto on_poison = annals::poison::park;
  std::map<std::string, std::int64_t> of;
  std::int64_t events = 0;
};
BOOST_DESCRIBE_STRUCT(sums, (), (of, events))
inline void project(sums& model, const annals::recorded<added>& event) {
  ++model.events;
  work_at_it();
  throw_at(*event);
  model.of[event.id] += event->amount;
}
inline void merge(sums& whole, sums&& part) {
  whole.of.merge(part.of);
  whole.events += part.events;
}

/// Parks streams; has the amounts of each in order.
struct histories {
  static constexpr annals::projection_name name{"poison.histories"};
  static constexpr auto on_poison = annals::poison::park_stream;
  std::map<std::string, std::vector<std::int64_t>> of;
};
BOOST_DESCRIBE_STRUCT(histories, (), (of))
inline void project(histories& model, const annals::recorded<added>& event) {
  model.of[event.id].push_back(event->amount);
  throw_at(*event);
}

/// Stops.
struct strict {
  static constexpr annals::projection_name name{"poison.strict"};
  std::int64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(strict, (), (sum))
inline void project(strict& model, const annals::recorded<added>& event) {
  model.sum += event->amount;
  throw_at(*event);
}

/// Never throws.
struct total {
  static constexpr annals::projection_name name{"poison.total"};
  std::int64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(total, (), (sum))
inline void project(total& model, const annals::recorded<added>& event) {
  model.sum += event->amount;
}

using domain = annals::domain<counter, sums, histories, strict, total>;

/// Appends `count` events, one in `streams` streams after the other; those at positions that leave
/// `rest` when they are divided by `one_in` are poison.
inline void fill(annals::event_store& store, int count, int streams, int one_in, int rest) {
  std::vector<annals::append_request> requests;
  auto append = [&] {
    for (auto& outcome : store.append(requests))
      if (!outcome)
        throw annals::error{outcome.error()};
    requests.clear();
  };
  for (int i = 0; i < count; ++i) {
    annals::new_event event;
    event.id = annals::make_id();
    event.type = added::name.text();
    event.time = annals::now();
    bool bad = (i + 1) % one_in == rest;
    event.payload =
        "{\"amount\":" + std::to_string(i + 1) + ",\"how\":\"" + (bad ? "poison" : "") + "\"}";
    requests.push_back({"poison.counter-" + std::to_string(i % streams),
                        static_cast<annals::stream_version>(i / streams),
                        {event}});
    if (requests.size() == 10'000 || i + 1 == count)
      append();
  }
}

/// Nothing is mended when a case begins.
struct not_mended {
  not_mended() {
    mended = false;
    throws_left = 0;
  }
};

} // namespace poison
