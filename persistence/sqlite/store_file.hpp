#pragma once

#include <annals/persistence/open_store.hpp>

#include <cstdint>
#include <filesystem>

// What can be said of a store's file before SQLite opens it. Everything throws `annals::error`, and
// nothing opens the file: closing it would take away the locks that SQLite has on it in this
// process.
namespace annals::sqlite {

/// The file that `path` means, absolute, links followed, so that messages and neighbours ("-wal")
/// name the real one.
std::filesystem::path resolve(std::string_view path);

/// Refuses what cannot be a store in `mode`: nothing there, a folder, an empty file.
void check_place(const std::filesystem::path& file, open_mode mode);

/// Whether nothing waits in the write-ahead log beside the file: all is in the file itself.
bool is_at_rest(const std::filesystem::path& file);

/// Whether a file is still the one it was, as far as its size and time of change tell.
struct file_stamp {
  std::uintmax_t size = 0;
  std::filesystem::file_time_type changed{};

  bool operator==(const file_stamp&) const = default;
};
file_stamp stamp_of(const std::filesystem::path& file);

} // namespace annals::sqlite
