#include <annals/persistence/stored_code.hpp>

namespace annals {

errc code_named(std::string_view name) noexcept {
  for (int number = 1; number < static_cast<int>(errc::internal); ++number)
    if (auto code = static_cast<errc>(number); to_string(code) == name)
      return code;
  return errc::internal;
}

} // namespace annals
