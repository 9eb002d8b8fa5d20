#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/hand_control.hpp>
#include <annals/actors/take_on.hpp>
#include <annals/tools/json_object.hpp>

namespace annals::tools {

namespace {

// The read model as it is stored, which may only be changed where it is of use.
outcome<std::unique_ptr<live_model>> stored_as_it_is(event_reader& reader,
                                                     const projection_type& type) {
  auto stored = load_stored(reader, type);
  if (!stored)
    return tool_failure{stored.error()};
  auto end = reader.last_position();
  if (!end)
    return tool_failure{end.error()};
  auto model = std::make_unique<live_model>(type);
  if (*stored)
    if (auto restored = model->restore(**stored, *end); !restored)
      return tool_failure{restored.error()};
  return model;
}

using ordering = std::function<result<ordered_model>(live_model&, event_reader&)>;

// Another process may change the stored model at the same time: then what it made of it counts, and
// the order is carried out on that.
outcome<control_report> carry_out_order(context& ctx, const projection_type& type,
                                        const ordering& order) {
  auto opened = ctx.open(open_mode::existing);
  if (!opened)
    return opened.error();
  for (;;) {
    auto model = stored_as_it_is(*opened->reader, type);
    if (!model)
      return model.error();
    auto ordered = order(**model, *opened->reader);
    if (!ordered)
      return tool_failure{ordered.error()};
    auto stored = (*model)->to_stored(*ordered->instance, ordered->notes);
    if (!stored)
      return tool_failure{stored.error()};
    auto put = opened->store->replace_model(*stored);
    if (put)
      return ordered->report;
    if (put.error().code != errc::model_replaced)
      return tool_failure{put.error()};
  }
}

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what;
}

outcome<exit_code> print_report(context& ctx, const projection_type& type,
                                const control_report& report) {
  auto why = report.why ? to_string(*report.why) : std::string{};
  json_object object;
  object.add("projection", type.name).add("takenIn", report.taken_in);
  object.add("skipped", report.skipped).add("stillParked", report.still_parked);
  if (report.why)
    object.add("why", why);
  auto text = type.name + ": " + counted(report.taken_in, "taken in, ")
              + counted(report.skipped, "skipped, ") + counted(report.still_parked, "still parked")
              + (report.why ? "; the first that failed again: " + why : std::string{});
  if (auto printed = ctx.out.line(ctx.options.json ? object.text() : printable(text)); !printed)
    return printed.error();
  return report.why ? exit_code::failed : exit_code::done;
}

outcome<exit_code> finish_order(context& ctx, const projection_type& type,
                                const outcome<control_report>& report) {
  if (!report)
    return report.error();
  return print_report(ctx, type, *report);
}

} // namespace

outcome<> print_parked(context& ctx, const parked_event& event) {
  auto json = to_text(event);
  if (!json)
    return tool_failure{json.error()};
  auto text = std::to_string(event.position) + "  " + event.stream + " v"
              + std::to_string(event.version) + "  " + event.type + "  " + to_string(event.why);
  return ctx.out.line(ctx.options.json ? *json : printable(text));
}

outcome<exit_code> list_parked(context& ctx, const projection_type& type) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto model = stored_as_it_is(*opened->reader, type);
  if (!model)
    return model.error();
  auto notes = (*model)->notes();
  for (const auto& event : notes.parked)
    if (auto printed = print_parked(ctx, event); !printed)
      return printed.error();
  if (notes.parked.empty() && !ctx.options.json)
    if (auto printed = ctx.out.line("no event of " + type.name + " is parked"); !printed)
      return printed.error();
  return exit_code::done;
}

outcome<exit_code> retry_parked_events(context& ctx, const projection_type& type,
                                       std::optional<log_position> position) {
  return finish_order(ctx, type, carry_out_order(ctx, type, [&](auto& model, auto& reader) {
                        return retry_parked(model, reader, ctx.domain, position);
                      }));
}

// What a projection has stopped at is past what is stored, which is taken on to there.
outcome<exit_code> skip_one_event(context& ctx, const projection_type& type,
                                  log_position position) {
  auto order = [&](live_model& model, event_reader& reader) -> result<ordered_model> {
    if (position > model.position())
      if (auto taken = take_on(model, reader, ctx.domain, position - 1); !taken)
        return taken.error();
    return skip_event(model, reader, ctx.domain, position);
  };
  return finish_order(ctx, type, carry_out_order(ctx, type, order));
}

namespace {

// Whether there is anything to resume only the program knows that runs the projection.
outcome<exit_code> store_again(context& ctx, const projection_type& type, bool paused) {
  auto order = [paused](live_model& model, event_reader&) -> result<ordered_model> {
    auto same = model.copy();
    if (!same)
      return same.error();
    ordered_model unchanged{std::move(*same), model.notes(), {}};
    unchanged.notes.paused = paused;
    unchanged.report.still_parked = unchanged.notes.parked.size();
    return unchanged;
  };
  auto stored = carry_out_order(ctx, type, order);
  if (!stored)
    return stored.error();
  auto text = type.name + (paused ? ": paused" : ": goes on");
  json_object object;
  object.add("projection", type.name).add("paused", paused);
  object.add("stillParked", stored->still_parked);
  if (auto printed = ctx.out.line(ctx.options.json ? object.text() : printable(text)); !printed)
    return printed.error();
  return exit_code::done;
}

} // namespace

// A program that runs takes the model over again, and with it tries again, or waits.
outcome<exit_code> resume_projection(context& ctx, const projection_type& type) {
  return store_again(ctx, type, false);
}

outcome<exit_code> pause_projection(context& ctx, const projection_type& type) {
  return store_again(ctx, type, true);
}

} // namespace annals::tools
