#pragma once

#include <filesystem>
#include <string>

namespace annals::tests {

/// A disk of its own for a test: a small tmpfs, mounted on a folder, gone with the object. Where
/// this process may not mount, `is_mounted` is false and a warning says that a test was skipped.
class small_disk {
public:
  small_disk(std::filesystem::path folder, const std::string& size);
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  bool is_mounted() const noexcept { return mounted_; }
  /// Forbids writing, or allows it again.
  void read_only(bool yes);
  /// Takes all the space that is left, but for `spare` bytes.
  void fill_up(std::size_t spare = 0);
  /// Gives it back.
  void free_up();

private:
  std::filesystem::path filler() const { return folder_ / "filler"; }

  std::filesystem::path folder_;
  std::string options_;
  bool mounted_ = false;
};

} // namespace annals::tests
