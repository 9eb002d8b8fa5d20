#include <annals/tools/commands/commands.hpp>

#include <annals/actors/hand_control.hpp>
#include <annals/actors/take_on.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/option_checks.hpp>
#include <annals/tools/progress.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

class rebuild : public subcommand {
public:
  rebuild()
      : subcommand{"rebuild", "Make a read model anew from the whole log and store it, with its "
                              "checkpoint, in place of the old one."} {}

  void declare(CLI::App& line) override {
    line.add_option("NAME", name_, "The projection's name.")->required();
    line.add_option("--most-parked", most_parked_,
                    "The most events that it may set aside: what the program gives as "
                    "config::most_parked.")
        ->check(check_from_one)
        ->capture_default_str();
  }

  outcome<exit_code> run(context& ctx) override {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    const auto* type = ctx.domain.find_projection(name_);
    if (type == nullptr)
      return tool_failure{unknown_projection(ctx.domain, name_)};
    auto opened = ctx.open(open_mode::existing);
    if (!opened)
      return opened.error();
    return replay(ctx, *opened, *type);
  }

private:
  outcome<exit_code> replay(context& ctx, opened_store& opened, const projection_type& type) {
    auto end = opened.reader->last_position();
    if (!end)
      return tool_failure{end.error()};
    log_position reached = 0;
    double seconds = 0;
    result<std::unique_ptr<live_model>> rebuilt{failure{}};
    {
      progress bar{"rebuild " + name_,
                   ctx.options.json ? progress_style::none : progress_style::bar_or_lines};
      rebuilt = rebuild_projection(*opened.reader, ctx.domain, type, most_parked_,
                                   [&](log_position position) {
                                     reached = position;
                                     bar.at_event(position, *end);
                                     return !ctx.stopping();
                                   });
      seconds = bar.seconds();
    }
    if (ctx.stopping())
      return ctx.interrupted("stopped at position " + std::to_string(reached)
                             + "; the read model that was stored before is as it was");
    if (!rebuilt)
      return tool_failure{rebuilt.error()};
    if (auto saved = put_in_place(ctx, opened, **rebuilt); !saved)
      return saved.error();
    if (auto printed = print(ctx, (*rebuilt)->position(), seconds); !printed)
      return printed.error();
    return exit_code::done;
  }

  // What was skipped or retried by hand since it began counts for it too.
  static result<void> follow_orders(context& ctx, event_reader& reader, live_model& rebuilt) {
    auto models = reader.list_models();
    if (!models)
      return models.error();
    auto live = std::ranges::find(*models, stored_name(rebuilt.type()), &stored_model::projection);
    if (live == models->end())
      return {};
    rebuilt.generation(live->generation);
    auto notes = notes_from(live->notes);
    if (!notes) // it is of no use, and neither is what was ordered for it
      return {};
    rebuilt.paused(notes->paused);
    if (!rebuilt.skip(notes->skipped))
      return failure{errc::model_replaced, "an event of " + rebuilt.type().name
                                               + " was skipped by hand while it was rebuilt; what "
                                                 "is stored is as it was: rebuild it again"};
    return follow_retries(rebuilt, reader, ctx.domain, *notes, live->checkpoint);
  }

  // A program that runs meanwhile takes the new model over, and may change the old one by hand up
  // to then.
  static outcome<> put_in_place(context& ctx, opened_store& opened, live_model& rebuilt) {
    for (;;) {
      if (auto followed = follow_orders(ctx, *opened.reader, rebuilt); !followed)
        return tool_failure{followed.error()};
      auto stored = rebuilt.to_stored();
      if (!stored)
        return tool_failure{stored.error()};
      auto put = opened.store->replace_model(*stored);
      if (put)
        return {};
      if (put.error().code != errc::model_replaced)
        return tool_failure{put.error()};
    }
  }

  outcome<> print(context& ctx, log_position position, double seconds) const {
    auto rate = static_cast<std::uint64_t>(static_cast<double>(position) / seconds);
    if (ctx.options.json)
      return ctx.out.line(json_object{}
                              .add("projection", name_)
                              .add("position", position)
                              .add_decimal("seconds", seconds)
                              .add("eventsPerSecond", rate)
                              .text());
    return ctx.out.line("rebuilt " + name_ + " up to position " + std::to_string(position) + " ("
                        + grouped(rate) + " events/s)");
  }

  std::size_t most_parked_ = default_most_parked;
  std::string name_;
};

} // namespace

std::unique_ptr<subcommand> make_rebuild() { return std::make_unique<rebuild>(); }

} // namespace annals::tools
