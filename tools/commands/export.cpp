#include <annals/tools/commands/commands.hpp>

#include <annals/messages/envelope.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>
#include <annals/tools/replacing_file.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class export_command : public subcommand {
public:
  export_command()
      : subcommand{"export", "Write the whole log as JSON Lines, an envelope an event."} {}

  void declare(CLI::App& line) override {
    line.add_option("FILE", file_,
                    "Where to; it appears only when it is whole. - is standard output (default).");
  }

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    if (file_ == "-") {
      auto written = write_log(ctx, *opened->reader, ctx.out);
      if (!written)
        return written.error();
      return exit_code::done;
    }
    auto file = replacing_file::create(file_);
    if (!file)
      return file.error();
    output into{file->file(), file->name(), ctx.stop};
    auto written = write_log(ctx, *opened->reader, into);
    if (!written)
      return written.error();
    if (auto whole = into.flush(); !whole)
      return whole.error();
    if (auto placed = file->commit(); !placed)
      return placed.error();
    if (auto printed = print(ctx, *written); !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  // Up to the end that the log has now, so that it ends beside a running application.
  outcome<std::uint64_t> write_log(context& ctx, event_reader& reader, output& into) const {
    constexpr std::size_t batch_size = 1000;
    auto end = reader.last_position();
    if (!end)
      return tool_failure{end.error()};
    progress bar{"export", ctx.options.json ? progress_style::none : progress_style::bar};
    std::uint64_t events = 0;
    std::string line;
    for (log_position after = 0; after < *end;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped after position " + std::to_string(after)
                               + (file_ == "-" ? "" : "; no file was written"));
      auto batch = reader.read_log(after, std::min<std::size_t>(batch_size, *end - after));
      if (!batch)
        return tool_failure{batch.error()};
      if (batch->empty())
        break;
      for (const auto& event : *batch) {
        line.clear();
        if (auto made = append_envelope(line, event); !made)
          return tool_failure{made.error()};
        if (auto written = into.line(line); !written)
          return written.error();
      }
      events += batch->size();
      after = batch->back().position;
      bar.at_event(after, *end);
    }
    return events;
  }

  outcome<> print(context& ctx, std::uint64_t events) const {
    if (ctx.options.json)
      return ctx.out.line(json_object{}.add("file", file_).add("events", events).text());
    return ctx.out.line("exported " + grouped(events) + " events to " + printable(file_));
  }

  std::string file_ = "-";
};

} // namespace

std::unique_ptr<subcommand> make_export() { return std::make_unique<export_command>(); }

} // namespace annals::tools
