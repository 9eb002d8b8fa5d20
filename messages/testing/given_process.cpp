#include <annals/messages/testing/given_process.hpp>

namespace annals::testing::detail {

namespace {

std::string text_of(const command_body& body) {
  auto json = body.to_json();
  return std::string{body.name()} + ' '
         + (json ? *json : "that cannot be stored: " + json.error().message);
}

} // namespace

std::string text_of(const sent_command& command) {
  return command.aggregate + ' ' + command.id + ": " + text_of(command.body);
}

std::string text_of(const set_timer& timer) {
  auto whole = std::chrono::floor<std::chrono::seconds>(timer.after);
  return "after " + to_iso_duration({whole, timer.after - whole}) + ": " + text_of(timer.message);
}

} // namespace annals::testing::detail
