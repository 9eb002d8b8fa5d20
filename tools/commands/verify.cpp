#include <annals/tools/commands/commands.hpp>

#include <annals/tools/json_object.hpp>
#include <annals/tools/log_verifier.hpp>
#include <annals/tools/progress.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class verify : public subcommand {
public:
  verify()
      : subcommand{"verify", "Look at every event: positions, versions, names, JSON, types; "
                             "exit code 6 where something is wrong."} {}

  void declare(CLI::App&) override {}

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    log_verifier checks{ctx.domain};
    if (auto walked = walk(ctx, *opened->reader, checks); !walked)
      return walked.error();
    if (auto looked = checks.look_at_rest(*opened->reader); !looked)
      return tool_failure{looked.error()};
    auto printed = ctx.options.json ? print_json(ctx, checks) : print_text(ctx, checks);
    if (!printed)
      return printed.error();
    return checks.found() == 0 ? exit_code::done : exit_code::found;
  }

private:
  static outcome<> walk(context& ctx, event_reader& reader, log_verifier& checks) {
    constexpr std::size_t batch_size = 1000;
    auto end = reader.last_position();
    if (!end)
      return tool_failure{end.error()};
    progress bar{"verify", ctx.options.json ? progress_style::none : progress_style::bar};
    for (log_position after = 0;;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped after position " + std::to_string(after) + "; "
                               + std::to_string(checks.found()) + " problems so far");
      auto batch = reader.read_log(after, batch_size);
      if (!batch)
        return tool_failure{batch.error()};
      if (batch->empty())
        return {};
      for (const auto& event : *batch)
        checks.look_at(event);
      after = batch->back().position;
      bar.at_event(after, *end);
    }
  }

  static outcome<> print_text(context& ctx, const log_verifier& checks) {
    for (const auto& each : checks.findings())
      if (auto printed = ctx.out.line(printable(each.what)); !printed)
        return printed;
    if (checks.found() > checks.findings().size())
      if (auto printed =
              ctx.out.line("… and " + grouped(checks.found() - checks.findings().size()) + " more");
          !printed)
        return printed;
    if (ctx.domain.empty())
      if (auto printed = ctx.out.line("types were not checked: this program has no domain");
          !printed)
        return printed;
    auto count = checks.found() == 0 ? "nothing" : grouped(checks.found()) + " problems";
    return ctx.out.line("looked at " + grouped(checks.events()) + " events of "
                        + grouped(checks.streams()) + " streams: " + count + " found");
  }

  static outcome<> print_json(context& ctx, const log_verifier& checks) {
    std::string findings = "[";
    for (const auto& each : checks.findings()) {
      json_object object;
      if (each.position != 0)
        object.add("position", each.position);
      findings += (findings.size() > 1 ? "," : "") + object.add("problem", each.what).text();
    }
    json_object object;
    object.add("events", checks.events()).add("streams", std::uint64_t{checks.streams()});
    object.add("typesChecked", !ctx.domain.empty()).add("problems", checks.found());
    return ctx.out.line(object.raw("found", findings + "]").text());
  }
};

} // namespace

std::unique_ptr<subcommand> make_verify() { return std::make_unique<verify>(); }

} // namespace annals::tools
