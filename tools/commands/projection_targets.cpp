#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/parked_events.hpp>
#include <annals/actors/target_notes.hpp>
#include <annals/tools/json_object.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

// Changes what is stored of a target; gives how many events that is about.
using target_change =
    std::function<result<std::uint64_t>(target_notes&, const stored_model&, event_reader&)>;

result<std::uint64_t> want_again(target_notes& notes, const std::string& name,
                                 std::optional<log_position> position) {
  for (const auto& event : notes.parked)
    if (!position || event.position == *position)
      notes.wanted.push_back(event.position);
  if (position && notes.wanted.empty())
    return not_parked("the target " + name, *position);
  return notes.wanted.size();
}

// Where it is parked those of its stream that are parked behind it are tried again.
result<std::uint64_t> pass_over(target_notes& notes, const stored_model& stored,
                                event_reader& reader, log_position position) {
  auto event = std::ranges::find(notes.parked, position, &parked_event::position);
  if (event != notes.parked.end()) {
    if (check_first_of_stream(notes.parked, notes.by_stream, *event))
      for (auto behind : with_those_behind(notes.parked, notes.by_stream, *event))
        if (behind != position)
          notes.wanted.push_back(behind);
    notes.parked.erase(event);
  } else {
    auto next = reader.read_log(stored.checkpoint, 1);
    if (!next)
      return next.error();
    if (notes.stopped.empty() || next->empty() || next->front().position != position)
      return failure{errc::not_found, "the event at position " + std::to_string(position)
                                          + " is neither parked nor what the target stopped at"};
  }
  notes.skipped.push_back(position);
  return std::uint64_t{1};
}

outcome<std::uint64_t> change_target(context& ctx, const std::string& name,
                                     const target_change& change) {
  auto opened = ctx.open(open_mode::existing);
  if (!opened)
    return opened.error();
  for (;;) {
    auto stored = opened->reader->load_model(target_model_name(name));
    if (!stored)
      return tool_failure{stored.error()};
    if (!*stored)
      return tool_failure{{errc::not_found, "nothing is stored of a target " + name}};
    auto notes = target_notes_from(**stored);
    if (!notes)
      return tool_failure{notes.error()};
    notes->wanted.clear();
    auto count = change(*notes, **stored, *opened->reader);
    if (!count)
      return tool_failure{count.error()};
    notes->stopped.clear();
    auto made = to_stored(name, *notes, (*stored)->checkpoint, (*stored)->generation);
    auto put = made ? opened->store->replace_model(*made) : made.error();
    if (put)
      return *count;
    if (put.error().code != errc::model_replaced)
      return tool_failure{put.error()};
  }
}

outcome<exit_code> list_parked_of_target(context& ctx, const std::string& name,
                                         const target_notes& notes) {
  for (const auto& event : notes.parked)
    if (auto printed = print_parked(ctx, event); !printed)
      return printed.error();
  if (notes.parked.empty() && !ctx.options.json)
    if (auto printed = ctx.out.line("no event of " + name + " is parked"); !printed)
      return printed.error();
  return exit_code::done;
}

} // namespace

outcome<std::optional<target_notes>> find_target_notes(context& ctx, const std::string& name) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto stored = opened->reader->load_model(target_model_name(name));
  if (!stored)
    return tool_failure{stored.error()};
  if (!*stored)
    return std::optional<target_notes>{};
  auto notes = target_notes_from(**stored);
  if (!notes)
    return tool_failure{notes.error()};
  return std::optional{std::move(*notes)};
}

// The program that runs the target does it, now or when it runs.
outcome<exit_code> order_of_target(context& ctx, const std::string& name, const std::string& action,
                                   const target_notes& notes,
                                   std::optional<log_position> position) {
  if (action == "parked")
    return list_parked_of_target(ctx, name, notes);
  if (action == "check" || (action == "skip" && !position))
    return tool_failure::usage("projections " + action
                               + (action == "skip" ? " needs a POSITION"
                                                   : " is for read models, "
                                                     "and "
                                                         + name + " is a target"));
  auto changed = change_target(ctx, name,
                               [&](target_notes& now, const stored_model& stored,
                                   event_reader& reader) -> result<std::uint64_t> {
                                 if (action == "pause" || action == "resume")
                                   now.paused = action == "pause";
                                 if (action == "retry")
                                   return want_again(now, name, position);
                                 return action == "skip" ? pass_over(now, stored, reader, *position)
                                                         : result<std::uint64_t>{0};
                               });
  if (!changed)
    return changed.error();
  json_object object;
  object.add("projection", name).add("ordered", action).add("events", *changed);
  auto text = name + ": " + action + " of " + std::to_string(*changed)
              + " events is ordered; the program that runs the target does it";
  if (auto printed = ctx.out.line(ctx.options.json ? object.text() : printable(text)); !printed)
    return printed.error();
  return exit_code::done;
}

} // namespace annals::tools
