#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/model_check.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>

namespace annals::tools {

namespace {

// As it is stored, without a doubt of it: what is wrong with it is what is looked for.
outcome<checked_model> stored_to_check(event_reader& reader, const projection_type& type) {
  auto stored = load_stored(reader, type);
  if (!stored)
    return tool_failure{stored.error()};
  if (!*stored)
    return tool_failure{{errc::not_found, "no read model of " + type.name + " is stored yet"}};
  if ((*stored)->schema_version != type.schema_version)
    return tool_failure{
        {errc::not_found, "the stored read model of " + type.name + " has schema version "
                              + std::to_string((*stored)->schema_version)
                              + ", and this program has " + std::to_string(type.schema_version)}};
  auto notes = notes_from((*stored)->notes);
  if (!notes)
    return tool_failure{notes.error()};
  return checked_model{std::move((*stored)->model), (*stored)->checkpoint, std::move(*notes)};
}

outcome<> print_check(context& ctx, const projection_type& type, const check_report& report) {
  if (ctx.options.json)
    return ctx.out.line(json_object{}
                            .add("projection", type.name)
                            .add("position", report.position)
                            .add("differences", report.count)
                            .text());
  return ctx.out.line(type.name
                      + (report.same()
                             ? " is what the log makes of it"
                             : " differs from what the log makes of it in " + grouped(report.count)
                                   + (report.count == 1 ? " place" : " places"))
                      + ", at position " + std::to_string(report.position));
}

outcome<> print_difference(context& ctx, const model_difference& each) {
  auto live = each.live.empty() ? "nothing" : each.live;
  auto replayed = each.replayed.empty() ? "nothing" : each.replayed;
  if (ctx.options.json)
    return ctx.out.line(json_object{}
                            .add("path", each.path)
                            .add("stored", each.live)
                            .add("replayed", each.replayed)
                            .text());
  return ctx.out.line(printable((each.path.empty() ? "the model" : each.path) + ": " + live
                                + ", from the log " + replayed));
}

} // namespace

outcome<exit_code> check_projection_model(context& ctx, const projection_type& type) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto live = stored_to_check(*opened->reader, type);
  if (!live)
    return live.error();
  result<check_report> report{failure{}};
  {
    progress bar{"check " + type.name,
                 ctx.options.json ? progress_style::none : progress_style::bar_or_lines};
    report = check_model(*opened->reader, ctx.domain, type, *live, [&](log_position position) {
      bar.at_event(position, live->position);
      return !ctx.stopping();
    });
  }
  if (ctx.stopping())
    return ctx.interrupted("stopped before the check of " + type.name + " was done");
  if (!report)
    return tool_failure{report.error()};
  for (const auto& each : report->first)
    if (auto printed = print_difference(ctx, each); !printed)
      return printed.error();
  if (auto printed = print_check(ctx, type, *report); !printed)
    return printed.error();
  return report->same() ? exit_code::done : exit_code::differs;
}

} // namespace annals::tools
