#include "tests/examples/files.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace annals::tests {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error{errno, std::generic_category(), path};
}

} // namespace

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
