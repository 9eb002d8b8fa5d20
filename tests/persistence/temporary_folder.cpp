#include "tests/persistence/temporary_folder.hpp"

#include <system_error>

#include <stdlib.h>

namespace annals::tests {

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "annals-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::system_error{errno, std::generic_category(), pattern};
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace annals::tests
