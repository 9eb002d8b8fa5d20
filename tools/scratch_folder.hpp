#pragma once

#include <annals/tools/exit_code.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace annals::tools {

/// A new folder that is removed, with all that is in it, when it is no longer held.
class scratch_folder {
public:
  /// Makes one in `parent`, its name beginning with `prefix`. Gives "output".
  static outcome<std::unique_ptr<scratch_folder>> make(const std::filesystem::path& parent,
                                                       const std::string& prefix);
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

private:
  explicit scratch_folder(std::filesystem::path path) : path_{std::move(path)} {}

  std::filesystem::path path_;
};

} // namespace annals::tools
