#include "tests/persistence/small_disk.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <fstream>

#include <sys/mount.h>

namespace annals::tests {

small_disk::small_disk(std::filesystem::path folder, const std::string& size)
    : folder_{std::move(folder)}, options_{"size=" + size} {
  std::filesystem::create_directories(folder_);
  mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, options_.c_str()) == 0;
  if (!mounted_)
    WARN("skipped: this test needs a small disk of its own, and mounting a tmpfs fails here ("
         << std::strerror(errno) << "); run it as root");
}

small_disk::~small_disk() {
  if (mounted_)
    umount2(folder_.c_str(), MNT_DETACH);
}

void small_disk::read_only(bool yes) {
  REQUIRE(
      mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | (yes ? MS_RDONLY : 0), options_.c_str())
      == 0);
}

void small_disk::fill_up(std::size_t spare) {
  auto free = std::filesystem::space(folder_).available;
  if (free > spare) {
    std::ofstream out{filler(), std::ios::binary | std::ios::app};
    out << std::string(free - spare, 'x');
  }
}

void small_disk::free_up() { std::filesystem::remove(filler()); }

} // namespace annals::tests
