#pragma once

#include <chrono>
#include <thread>

namespace annals::tests {

/// Waits for what other threads bring about; whether it came within 20 seconds.
template <class Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    // Conditions may ask the store: spinning would keep the node from what is waited for.
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

} // namespace annals::tests
