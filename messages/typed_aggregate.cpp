#include <annals/messages/typed_aggregate.hpp>

#include <annals/messages/thrown.hpp>

namespace annals::detail {

failure threw(std::string_view what) {
  return {errc::domain_threw, std::string{what} + " threw: " + what_was_thrown()
                                  + "; decide, evolve and project must not throw"};
}

} // namespace annals::detail
