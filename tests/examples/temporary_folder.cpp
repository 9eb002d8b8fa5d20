#include "tests/examples/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace annals::tests {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

} // namespace

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "annals-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    fail(pattern);
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored; // a folder left behind does not make the test fail
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  if (!out.flush())
    fail(path);
}

std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    fail(path);
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace annals::tests
