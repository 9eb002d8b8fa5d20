#include <annals/messages/wire.hpp>

#include <caf/atom.hpp>
#include <caf/message.hpp>
#include <caf/to_string.hpp>

namespace annals {

namespace {

constexpr auto category = caf::atom("annals");
constexpr std::size_t longest_error = 64U << 10;

} // namespace

// A message between nodes has a bound, and what is longer ends the connection that all share.
caf::error make_error(errc code, std::string message) {
  if (message.size() > longest_error) {
    auto end = longest_error;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80)
      --end; // not in the middle of a character
    message.resize(end);
    message += "\u2026";
  }
  return {static_cast<std::uint8_t>(code), category, caf::make_message(std::move(message))};
}

caf::error to_caf_error(const failure& why) { return make_error(why.code, why.message); }

failure to_failure(const caf::error& why) {
  if (why.category() == category) {
    failure answer{static_cast<errc>(why.code()), {}};
    if (why.context().match_elements<std::string>())
      answer.message = why.context().get_as<std::string>(0);
    return answer;
  }
  if (why == caf::sec::request_receiver_down)
    return {errc::stopping, "the node is stopping; ask again after the restart"};
  if (why == caf::sec::request_timeout)
    return {errc::timed_out, "no answer within the time allowed"};
  return {errc::internal, "an actor answered with the error " + caf::to_string(why)};
}

} // namespace annals
