#pragma once

#include "tests/actors/ledger.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

#include <thread>

namespace annals::tests {

// Waits for what other threads bring about.
template <class Condition>
bool comes_true(Condition condition) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition())
    if (std::chrono::steady_clock::now() > end)
      return false;
    else
      std::this_thread::yield();
  return true;
}

struct places {
  temporary_folder folder;
  std::vector<std::string> urls{"memory:", "sqlite:" + folder.file("a.annals")};
};

inline config settings(const std::string& url) {
  config made;
  made.store = url;
  return made;
}

} // namespace annals::tests
