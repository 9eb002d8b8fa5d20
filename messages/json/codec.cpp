#include <annals/messages/json/codec.hpp>

#include <annals/messages/thrown.hpp>

namespace annals::detail {

failure codec_threw(std::string_view doing, std::string_view type) {
  return {errc::domain_threw, std::string{doing} + " " + std::string{type} + " as JSON threw: "
                                  + what_was_thrown() + "; a codec must not throw"};
}

} // namespace annals::detail
