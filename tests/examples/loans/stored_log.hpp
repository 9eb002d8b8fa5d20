#pragma once

#include <annals/persistence/open_store.hpp>

#include <map>
#include <string>
#include <vector>

namespace loans {

/// The whole log of a store. Throws `annals::error` where it cannot be read.
std::vector<annals::recorded_event> whole_log(annals::event_reader& reader);

/// The read models of the loans' domain over a log, as JSON, by name; each has seen every event.
std::map<std::string, std::string> projected(const std::vector<annals::recorded_event>& log);

/// The read models that a store holds, as JSON, by name, with the checkpoint that all must have.
std::map<std::string, std::string> stored_models(annals::event_reader& reader,
                                                 annals::log_position checkpoint);

/// A store that a program has left, opened with a reader.
struct left_store {
  explicit left_store(const std::string& path);

  std::unique_ptr<annals::event_store> store;
  std::unique_ptr<annals::event_reader> reader;
};

} // namespace loans
