#pragma once

#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

#include <mutex>

namespace annals::tests {

using ledger::account;
using ledger::deposit;

// What came, in order; any thread.
class notebook {
public:
  void write(const recorded_event& event) {
    std::lock_guard guard{mutex_};
    seen_.push_back(event);
  }
  auto writer() {
    return [this](const recorded_event& event) { write(event); };
  }
  std::size_t size() const {
    std::lock_guard guard{mutex_};
    return seen_.size();
  }
  std::vector<log_position> positions() const {
    std::lock_guard guard{mutex_};
    std::vector<log_position> found;
    for (const auto& event : seen_)
      found.push_back(event.position);
    return found;
  }
  std::vector<recorded_event> events() const {
    std::lock_guard guard{mutex_};
    return seen_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<recorded_event> seen_;
};

inline void deposit_to(node& node, const std::string& id, int times = 1) {
  for (int i = 0; i < times; ++i)
    REQUIRE(node.ask<account>(id, deposit{1}).get());
}

inline std::vector<log_position> all_up_to(log_position last) {
  std::vector<log_position> all;
  for (log_position position = 1; position <= last; ++position)
    all.push_back(position);
  return all;
}

inline subscription_settings named(const std::string& name) {
  subscription_settings made;
  made.name = name;
  return made;
}

} // namespace annals::tests
