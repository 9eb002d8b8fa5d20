#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace annals::tests {

/// Finds a file of the shared test data: in the folder that the environment variable
/// ANNALS_SHARED_DATA names, or else in shared/data beside the checkout. Where the file is absent
/// it says so on stderr and returns nothing; the test program then ends as skipped, not as passed.
std::optional<std::filesystem::path> shared_data(std::string_view file_name);

/// Whether a file was asked for in this process that is not there.
bool shared_data_was_missing() noexcept;

} // namespace annals::tests
