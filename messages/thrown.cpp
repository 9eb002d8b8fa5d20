#include <annals/messages/thrown.hpp>

#include <exception>

namespace annals {

std::string what_was_thrown() {
  try {
    throw;
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

} // namespace annals
