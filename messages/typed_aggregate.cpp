#include <annals/messages/typed_aggregate.hpp>

namespace annals::detail {

failure threw(std::string_view what) {
  std::string text = "an exception that is not a std::exception";
  try {
    throw;
  } catch (const std::exception& thrown) {
    text = thrown.what();
  } catch (...) {
    // Keeps the text above.
  }
  return {errc::domain_threw,
          std::string{what} + " threw: " + text + "; decide, evolve and project must not throw"};
}

} // namespace annals::detail
