#pragma once

#include "tests/actors/poison_helpers.hpp"

#include <annals/persistence/open_store.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace poison {

inline constexpr std::chrono::seconds long_enough{60};

using sums_only = annals::domain<counter, sums>;

/// Settings under which everything happens at once.
inline annals::config on(const std::string& store) {
  using namespace std::chrono_literals;
  annals::config settings;
  settings.store = store;
  settings.save_interval = 0ms;
  settings.poll_interval = 1ms;
  settings.poison_retries = 0;
  return settings;
}

/// What is stored, without what it holds.
inline std::vector<std::string> stored_names(const std::string& store) {
  auto opened = annals::open_store(store).value();
  std::vector<std::string> names;
  for (const auto& model : opened->open_reader().value()->list_models().value())
    names.push_back(model.projection);
  return names;
}

} // namespace poison
