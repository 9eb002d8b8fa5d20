#include <annals/tools/commands/commands.hpp>

#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>
#include <annals/tools/store_copier.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string_view>

namespace annals::tools {

namespace {

// Files by what they are, others by what they are called.
bool is_same_store(const std::string& one, const std::string& other) {
  constexpr std::string_view scheme = "sqlite:";
  auto file = [&](const std::string& url) {
    return url.starts_with(scheme) ? url.substr(scheme.size()) : url;
  };
  std::error_code neither;
  return one == other || std::filesystem::equivalent(file(one), file(other), neither);
}

class copy_command : public subcommand {
public:
  copy_command()
      : subcommand{"copy", "Copy the whole store to another one: the log, outcomes, unique values "
                           "and read models. The application may write meanwhile; one that was "
                           "interrupted can be run again."} {}

  void declare(CLI::App& line) override {
    line.add_option("TO", to_, "The URL of the other store; nobody else may write to it.")
        ->required();
    line.add_flag("--follow", follow_, "Go on as the log grows, until a signal comes.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (is_same_store(ctx.options.store, to_))
      return tool_failure::usage(to_ + " is the store itself; give another one");
    if (to_ == "memory:")
      return tool_failure::usage("a memory store ends with this program; give one that stays");
    auto source = ctx.open(open_mode::read_only);
    if (!source)
      return source.error();
    auto target = ctx.open(to_, open_mode::create);
    if (!target)
      return target.error();
    store_copier copier{*source->reader, *target->store, *target->reader};
    if (auto begun = copier.begin(); !begun)
      return begun.error();
    if (auto copied = copy_log(ctx, *source->reader, copier); !copied)
      return copied.error();
    if (auto finished = copier.finish(); !finished)
      return finished.error();
    auto end = source->reader->last_position();
    if (!end)
      return tool_failure{end.error()};
    if (auto printed = print(ctx, copier, *end == copier.position()); !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  // To the end that the log has now or, following, until a signal comes.
  outcome<> copy_log(context& ctx, event_reader& source, store_copier& copier) const {
    constexpr int poll_ms = 100;
    auto end = source.last_position();
    if (!end)
      return tool_failure{end.error()};
    progress bar{"copy", ctx.options.json ? progress_style::none : progress_style::bar};
    while (follow_ ? !ctx.stopping() : copier.position() < *end) {
      if (ctx.stopping())
        return ctx.interrupted("stopped after position " + std::to_string(copier.position())
                               + "; run it again to go on");
      auto copied = copier.copy_events();
      if (!copied)
        return copied.error();
      if (*copied == 0)
        ctx.stop.wait(poll_ms);
      else if (copier.position() <= *end)
        bar.at_event(copier.position(), *end);
    }
    return {};
  }

  static outcome<> print(context& ctx, const store_copier& copier, bool is_whole) {
    if (ctx.options.json)
      return ctx.out.line(json_object{}
                              .add("events", copier.events())
                              .add("position", copier.position())
                              .add("outcomes", copier.outcomes())
                              .add("values", copier.values())
                              .add("readModels", copier.models())
                              .add("complete", is_whole)
                              .text());
    auto text = "copied " + grouped(copier.events()) + " events up to position "
                + grouped(copier.position()) + ", " + grouped(copier.outcomes()) + " outcomes, "
                + grouped(copier.values()) + " changed values, " + grouped(copier.models())
                + " read models";
    if (auto printed = ctx.out.line(text); !printed || is_whole)
      return printed;
    return ctx.out.line("the log has grown meanwhile: run it again when nothing writes to it any "
                        "more, then switch");
  }

  std::string to_;
  bool follow_ = false;
};

} // namespace

std::unique_ptr<subcommand> make_copy() { return std::make_unique<copy_command>(); }

} // namespace annals::tools
