#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/parked_events.hpp>
#include <annals/actors/target_notes.hpp>
#include <annals/messages/stable_hash.hpp>
#include <annals/messages/text.hpp>
#include <annals/persistence/part_name.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>

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
result<std::uint64_t> pass_over(target_notes& notes, const std::string& name,
                                const stored_model& stored, event_reader& reader,
                                log_position position) {
  auto event = std::ranges::find(notes.parked, position, &parked_event::position);
  if (event != notes.parked.end()) {
    if (check_first_of_stream(notes.parked, notes.by_stream, *event))
      for (auto behind : with_those_behind(notes.parked, notes.by_stream, *event))
        if (behind != position)
          notes.wanted.push_back(behind);
    notes.parked.erase(event);
  } else {
    auto part = part_named(name).value_or(named_part{}).part;
    auto next = next_for(reader, part, notes, stored.checkpoint);
    if (!next)
      return next.error();
    if (notes.stopped.empty() || !*next || (*next)->position != position)
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
    // A part may be given orders before a node has run it.
    if (!*stored && !part_named(name))
      return tool_failure{{errc::not_found, "nothing is stored of a target " + name}};
    auto now = stored->value_or(stored_model{});
    auto notes = *stored ? target_notes_from(now) : result<target_notes>{target_notes{}};
    if (!notes)
      return tool_failure{notes.error()};
    notes->wanted.clear();
    auto count = change(*notes, now, *opened->reader);
    if (!count)
      return tool_failure{count.error()};
    notes->stopped.clear();
    auto made = to_stored(name, *notes, now.checkpoint, now.generation);
    auto put = made ? opened->store->replace_model(*made) : made.error();
    if (put)
      return *count;
    if (put.error().code != errc::model_replaced)
      return tool_failure{put.error()};
  }
}

// Itself, or the parts that it is divided into.
std::vector<std::string> parts_of(const std::string& name, const target_notes& notes) {
  std::vector<std::string> names;
  for (std::uint32_t index = 0; index < notes.parts; ++index)
    names.push_back(part_name(name, {index, notes.parts}));
  return names;
}

outcome<std::string> part_with(context& ctx, const std::string& name, std::uint32_t parts,
                               log_position position) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto stored = opened->reader->read_log(position - 1, 1);
  if (!stored)
    return tool_failure{stored.error()};
  if (stored->empty() || stored->front().position != position)
    return tool_failure{
        {errc::not_found, "the log has no event at position " + std::to_string(position)}};
  return part_name(name, {part_of_stream(stored->front().stream, parts), parts});
}

outcome<exit_code> list_parked_of_target(context& ctx, const std::string& name,
                                         const std::vector<std::string>& parts) {
  bool has_some = false;
  for (const auto& part : parts) {
    auto notes = find_target_notes(ctx, part);
    if (!notes)
      return notes.error();
    for (const auto& event : notes->value_or(target_notes{}).parked) {
      has_some = true;
      if (auto printed = print_parked(ctx, event); !printed)
        return printed.error();
    }
  }
  if (!has_some && !ctx.options.json)
    if (auto printed = ctx.out.line("no event of " + name + " is parked"); !printed)
      return printed.error();
  return exit_code::done;
}

outcome<std::optional<target_notes>> notes_in(event_reader& reader, const std::string& name) {
  auto stored = reader.load_model(target_model_name(name));
  if (!stored)
    return tool_failure{stored.error()};
  if (!*stored)
    return std::optional<target_notes>{};
  auto notes = target_notes_from(**stored);
  if (!notes)
    return tool_failure{notes.error()};
  return std::optional{std::move(*notes)};
}

// A node that runs it would only store it again.
outcome<> check_nobody_runs(event_store& store, const std::string& target) {
  auto seen = see_leases(store);
  if (!seen)
    return seen.error();
  for (const auto& held : seen->leases) {
    if (!held.is_live() || !held.name.starts_with(projection_duty("")))
      continue;
    auto name = held.name.substr(projection_duty("").size());
    if (part_named(name).value_or(named_part{name}).whole == target)
      return tool_failure{{errc::invalid_argument,
                           "a node runs the target " + name + "; stop all nodes that do first"}};
  }
  return {};
}

} // namespace

outcome<std::optional<target_notes>> find_target_notes(context& ctx, const std::string& name) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto notes = notes_in(*opened->reader, name);
  auto part = part_named(name);
  if (!notes || *notes || !part)
    return notes;
  auto whole = notes_in(*opened->reader, part->whole);
  if (whole && *whole && (*whole)->parts == part->part.of)
    return std::optional{target_notes{}};
  return notes;
}

// The program that runs the target does it, now or when it runs.
outcome<exit_code> order_of_target(context& ctx, const std::string& name, const std::string& action,
                                   const target_notes& notes,
                                   std::optional<log_position> position) {
  auto parts = parts_of(name, notes);
  if (action == "parked")
    return list_parked_of_target(ctx, name, parts);
  if (action == "check" || (action == "skip" && !position))
    return tool_failure::usage("projections " + action
                               + (action == "skip" ? " needs a POSITION"
                                                   : " is for read models, "
                                                     "and "
                                                         + name + " is a target"));
  if (position && parts.size() > 1) {
    auto part = part_with(ctx, name, notes.parts, *position);
    if (!part)
      return part.error();
    parts = {std::move(*part)};
  }
  std::uint64_t events = 0;
  for (const auto& part : parts) {
    auto changed = change_target(ctx, part,
                                 [&](target_notes& now, const stored_model& stored,
                                     event_reader& reader) -> result<std::uint64_t> {
                                   if (action == "pause" || action == "resume")
                                     now.paused = action == "pause";
                                   if (action == "retry")
                                     return want_again(now, part, position);
                                   return action == "skip"
                                              ? pass_over(now, part, stored, reader, *position)
                                              : result<std::uint64_t>{0};
                                 });
    if (!changed)
      return changed.error();
    events += *changed;
  }
  json_object object;
  object.add("projection", name).add("ordered", action).add("events", events);
  auto text = name + ": " + action + " of " + std::to_string(events)
              + " events is ordered; the program that runs the target does it";
  if (auto printed = ctx.out.line(ctx.options.json ? object.text() : printable(text)); !printed)
    return printed.error();
  return exit_code::done;
}

outcome<exit_code> forget_target(context& ctx, const std::string& name) {
  if (auto part = part_named(name))
    return tool_failure{
        {errc::invalid_argument, name + " is one part of the target " + part->whole
                                     + ", which is made anew as a whole: `projections drop "
                                     + part->whole + "`"}};
  auto opened = ctx.open(open_mode::existing);
  if (!opened)
    return opened.error();
  if (auto good = check_nobody_runs(*opened->store, name); !good)
    return good.error();
  auto models = opened->reader->list_models();
  if (!models)
    return tool_failure{models.error()};
  std::vector<std::string> removed;
  for (const auto& model : *models)
    if (model.projection.starts_with(target_model_name(""))) {
      auto target = model.projection.substr(target_model_name("").size());
      if (part_named(target).value_or(named_part{target}).whole == name)
        removed.push_back(model.projection);
    }
  if (auto done = opened->store->remove_models(removed); !done)
    return tool_failure{done.error()};
  auto text = "forgot what was stored of the target " + name + "; what it has written stays";
  auto line = ctx.options.json ? json_object{}.add("dropped", name).text() : printable(text);
  if (auto printed = ctx.out.line(line); !printed)
    return printed.error();
  return exit_code::done;
}

} // namespace annals::tools
