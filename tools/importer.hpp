#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/tools/exit_code.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace annals::tools {

/// Puts events with their versions into a store, in the order in which they come, in groups. An
/// event that is there already, at its place and with its id, is passed over, so that an import
/// that was interrupted can be run again. One thread; blocks while it commits a group.
class importer {
public:
  importer(event_store& store, event_reader& reader) : store_{store}, reader_{reader} {}

  /// Takes the event of line `line`; it is durable after `flush`. Gives `version_conflict` naming
  /// the line where another event has its place or the events before it are missing.
  outcome<> take(recorded_event event, std::uint64_t line);

  /// Commits what has been taken. Gives what the store fails with.
  outcome<> flush();

  /// How many events were stored, and how many had been there.
  std::uint64_t stored() const noexcept { return stored_; }
  std::uint64_t passed_over() const noexcept { return passed_over_; }

private:
  // The version that a stream has in the store, and with what waits for the next commit.
  struct progress_of_stream {
    stream_version stored = 0;
    stream_version taken = 0;
  };

  outcome<progress_of_stream*> look_up(const std::string& stream);
  outcome<> compare(const recorded_event& event, std::uint64_t line);
  void add(recorded_event event, std::uint64_t line);

  event_store& store_;
  event_reader& reader_;
  std::unordered_map<std::string, progress_of_stream> streams_;
  std::vector<append_request> group_;
  /// The line of each request's first event.
  std::vector<std::uint64_t> lines_;
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t stored_ = 0;
  std::uint64_t passed_over_ = 0;
};

} // namespace annals::tools
