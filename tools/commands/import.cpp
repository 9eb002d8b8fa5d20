#include <annals/tools/commands/commands.hpp>

#include <annals/messages/envelope.hpp>
#include <annals/tools/importer.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/line_reader.hpp>
#include <annals/tools/progress.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

class import_command : public subcommand {
public:
  import_command()
      : subcommand{"import", "Append the events of an export, with their ids, versions and times; "
                             "one that was interrupted can be run again."} {}

  void declare(CLI::App& line) override {
    line.add_option("FILE", file_, "JSON Lines of envelopes. - is standard input (default).");
  }

  outcome<exit_code> run(context& ctx) override {
    auto input = line_reader::open(file_, ctx.stop);
    if (!input)
      return input.error();
    auto opened = ctx.open(open_mode::create);
    if (!opened)
      return opened.error();
    importer into{*opened->store, *opened->reader};
    auto taken = take_lines(ctx, *input, into);
    // What was read before a bad line or a signal is good: it is stored, so that it can be said
    // how far the import came.
    auto flushed = into.flush();
    if (!taken)
      return how_far(taken.error(), into);
    if (!flushed)
      return how_far(flushed.error(), into);
    if (auto printed = print(ctx, into); !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  outcome<> take_lines(context& ctx, line_reader& input, importer& into) const {
    progress bar{"import", ctx.options.json ? progress_style::none : progress_style::bar};
    for (;;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped after line " + std::to_string(input.number()));
      auto line = input.next();
      if (!line)
        return line.error();
      if (!*line)
        return {};
      if (is_blank(**line))
        continue;
      auto event = parse_envelope(**line);
      if (!event)
        return tool_failure{event.error().code == errc::undecodable ? "undecodable" : "input",
                            "line " + std::to_string(input.number()) + " of " + input.name() + ": "
                                + event.error().message,
                            exit_code::failed};
      if (auto taken = into.take(std::move(*event), input.number()); !taken)
        return taken;
      bar.at(into.stored() + into.passed_over(), input.share());
    }
  }

  static tool_failure how_far(tool_failure why, const importer& into) {
    why.message += "; " + grouped(into.stored()) + " events were stored, "
                   + grouped(into.passed_over()) + " had been there";
    if (why.code != to_string(errc::version_conflict)) // which no second run mends
      why.message += "; run it again to go on";
    return why;
  }

  static outcome<> print(context& ctx, const importer& into) {
    if (ctx.options.json)
      return ctx.out.line(
          json_object{}.add("stored", into.stored()).add("passedOver", into.passed_over()).text());
    return ctx.out.line("imported " + grouped(into.stored()) + " events, "
                        + grouped(into.passed_over()) + " had been there");
  }

  std::string file_ = "-";
};

} // namespace

std::unique_ptr<subcommand> make_import() { return std::make_unique<import_command>(); }

} // namespace annals::tools
