#include <annals/tools/exit_code.hpp>

#include <csignal>

namespace annals::tools {

exit_code exit_code_for(errc code) noexcept {
  switch (code) {
    case errc::rejected:
    case errc::already_taken: return exit_code::rejected;
    case errc::invalid_command:
    case errc::invalid_id:
    case errc::invalid_argument:
    case errc::unknown_aggregate:
    case errc::unknown_command:
    case errc::unknown_projection:
    case errc::too_large:
    case errc::command_id_reused: return exit_code::usage;
    case errc::not_found: return exit_code::not_found;
    case errc::store_locked:
    case errc::store_full:
    case errc::store_read_only:
    case errc::not_a_store:
    case errc::layout_too_new:
    case errc::layout_too_old:
    case errc::store_corrupt:
    case errc::store_unavailable: return exit_code::store;
    case errc::overloaded:
    case errc::expired: return exit_code::not_done;
    default: return exit_code::failed;
  }
}

tool_failure::tool_failure(const failure& why)
    : tool_failure{std::string{to_string(why.code)}, why.message, exit_code_for(why.code)} {}

tool_failure::tool_failure(std::string code_text, std::string what, exit_code with)
    : code{std::move(code_text)}, message{std::move(what)}, exit{with} {}

tool_failure tool_failure::opening(const failure& why) {
  tool_failure answer{why};
  if (why.code == errc::not_found)
    answer.exit = exit_code::store;
  return answer;
}

tool_failure tool_failure::usage(std::string what) {
  return {"usage", std::move(what), exit_code::usage};
}

tool_failure tool_failure::quiet_end() { return {"", "", exit_code::done}; }

tool_failure tool_failure::interrupted(int signal, const std::string& what) {
  return {"interrupted", (signal == SIGTERM ? "SIGTERM: " : "SIGINT: ") + what,
          static_cast<exit_code>(128 + signal)};
}

} // namespace annals::tools
