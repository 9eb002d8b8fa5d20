#pragma once

#include <annals/messages/projection_type.hpp>
#include <annals/tools/context.hpp>

#include <optional>

// What `projections` does, an action a function.
namespace annals::tools {

/// How far each read model is stored, and its lag.
outcome<exit_code> list_projections(context& ctx);
/// The parked events of one.
outcome<exit_code> list_parked(context& ctx, const projection_type& type);
/// By hand, in the store; a program that runs meanwhile takes over what comes of it.
outcome<exit_code> retry_parked_events(context& ctx, const projection_type& type,
                                       std::optional<log_position> position);
outcome<exit_code> skip_one_event(context& ctx, const projection_type& type, log_position position);
outcome<exit_code> resume_projection(context& ctx, const projection_type& type);
/// Whether the stored model is what the log makes of it.
outcome<exit_code> check_projection_model(context& ctx, const projection_type& type);

} // namespace annals::tools
