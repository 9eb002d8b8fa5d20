#pragma once

#include <filesystem>
#include <string>

namespace annals::tests {

/// A folder of its own below the system's temporary folder, gone with the object.
class temporary_folder {
public:
  /// Throws `std::system_error` where it cannot be made.
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  /// The path of `name` inside it.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

/// Writes `text` into a new file of that path.
void write_file(const std::string& path, std::string_view text);

/// What the file holds. Throws `std::system_error` where it cannot be read.
std::string read_file(const std::string& path);

} // namespace annals::tests
