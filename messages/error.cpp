#include <annals/messages/error.hpp>

namespace annals {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::rejected: return "rejected";
    case errc::invalid_command: return "invalid_command";
    case errc::invalid_id: return "invalid_id";
    case errc::invalid_argument: return "invalid_argument";
    case errc::unknown_aggregate: return "unknown_aggregate";
    case errc::unknown_command: return "unknown_command";
    case errc::unknown_projection: return "unknown_projection";
    case errc::unknown_event_type: return "unknown_event_type";
    case errc::undecodable: return "undecodable";
    case errc::unencodable: return "unencodable";
    case errc::version_conflict: return "version_conflict";
    case errc::not_found: return "not_found";
    case errc::store_locked: return "store_locked";
    case errc::store_full: return "store_full";
    case errc::store_read_only: return "store_read_only";
    case errc::not_a_store: return "not_a_store";
    case errc::layout_too_new: return "layout_too_new";
    case errc::layout_too_old: return "layout_too_old";
    case errc::store_corrupt: return "store_corrupt";
    case errc::store_unavailable: return "store_unavailable";
    case errc::stopping: return "stopping";
    case errc::timed_out: return "timed_out";
    case errc::domain_threw: return "domain_threw";
    case errc::projection_stopped: return "projection_stopped";
    case errc::process_stopped: return "process_stopped";
    case errc::overloaded: return "overloaded";
    case errc::expired: return "expired";
    case errc::too_large: return "too_large";
    case errc::already_taken: return "already_taken";
    case errc::command_id_reused: return "command_id_reused";
    case errc::model_replaced: return "model_replaced";
    case errc::internal: return "internal";
  }
  return "internal";
}

bool is_transient(errc code) noexcept {
  return code == errc::store_locked || code == errc::store_full || code == errc::store_read_only
         || code == errc::store_unavailable || code == errc::stopping || code == errc::timed_out
         || code == errc::version_conflict || code == errc::overloaded;
}

std::string to_string(const failure& error) {
  return std::string{to_string(error.code)} + ": " + error.message;
}

error::error(failure why) : std::runtime_error{to_string(why)}, why_{std::move(why)} {}

void throw_exception_from_error(const failure& why, const boost::source_location&) {
  throw error{why};
}

} // namespace annals
