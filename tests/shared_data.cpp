#include "tests/shared_data.hpp"

#include <atomic>
#include <cstdlib>
#include <iostream>

namespace annals::tests {

namespace {

std::atomic<bool> was_missing{false};

std::filesystem::path shared_data_folder() {
  if (const char* folder = std::getenv("ANNALS_SHARED_DATA"); folder != nullptr && *folder != '\0')
    return folder;
  return std::filesystem::path{ANNALS_SOURCE_DIR}.parent_path() / "shared" / "data";
}

} // namespace

std::optional<std::filesystem::path> shared_data(std::string_view file_name) {
  const auto path = shared_data_folder() / file_name;
  std::error_code ignored; // a file that cannot be looked at is as good as absent
  if (std::filesystem::is_regular_file(path, ignored))
    return path;
  was_missing = true;
  std::cerr << "SKIPPED: " << path.string() << " is not there; set ANNALS_SHARED_DATA to the folder"
            << " that has " << file_name << "\n";
  return std::nullopt;
}

bool shared_data_was_missing() noexcept { return was_missing; }

} // namespace annals::tests
