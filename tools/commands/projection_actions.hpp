#pragma once

#include <annals/actors/target_notes.hpp>
#include <annals/messages/projection_type.hpp>
#include <annals/tools/context.hpp>

#include <optional>

// What `projections` does, an action a function.
namespace annals::tools {

/// How far each read model is stored, and its lag.
outcome<exit_code> list_projections(context& ctx);
/// The parked events of one.
outcome<exit_code> list_parked(context& ctx, const projection_type& type);
/// A line, or a JSON object.
outcome<> print_parked(context& ctx, const parked_event& event);
/// What is stored of a projection into a target of that name, or of one part ("NAME@2of4"), if
/// there is one.
outcome<std::optional<target_notes>> find_target_notes(context& ctx, const std::string& name);
/// parked, retry, skip, pause or resume, of a target: of all its parts, or of one. An event's
/// position says which part is meant.
outcome<exit_code> order_of_target(context& ctx, const std::string& name, const std::string& action,
                                   const target_notes& notes, std::optional<log_position> position);
/// Removes what is stored of a target and its parts, not what it has written. Refused where a node
/// runs it.
outcome<exit_code> forget_target(context& ctx, const std::string& name);
/// By hand, in the store; a program that runs meanwhile takes over what comes of it.
outcome<exit_code> retry_parked_events(context& ctx, const projection_type& type,
                                       std::optional<log_position> position);
outcome<exit_code> skip_one_event(context& ctx, const projection_type& type, log_position position);
outcome<exit_code> resume_projection(context& ctx, const projection_type& type);
outcome<exit_code> pause_projection(context& ctx, const projection_type& type);
/// Removes what is stored of a version of a projection that this program does not run: "NAME@v1".
outcome<exit_code> drop_model(context& ctx, const std::string& version);
/// Whether the stored model is what the log makes of it.
outcome<exit_code> check_projection_model(context& ctx, const projection_type& type);

} // namespace annals::tools
