#include <annals/tools/commands/commands.hpp>

#include <annals/tools/event_printer.hpp>
#include <annals/tools/option_checks.hpp>
#include <annals/tools/outcome_feed.hpp>
#include <annals/tools/outcome_printer.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools {

namespace {

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();
constexpr int poll_ms = 50;

class log_command : public subcommand {
public:
  log_command() : subcommand{"log", "Print the whole log, or a part, in order of position."} {}

  void declare(CLI::App& line) override {
    line.add_option("--from", from_, "The first position. Outcomes have none: all are shown.")
        ->type_name("POSITION")
        ->check(check_from_one);
    line.add_option("--correlation", correlation_text_,
                    "Only the events of a correlation id, and among them, in order of time, what "
                    "became of its commands that led to no events.")
        ->type_name("ID");
    line.add_flag("--follow", follow_, "Go on with new events as they come, until a signal.");
    line.add_option("--limit", limit_, "End after that many events and outcomes.")
        ->type_name("N")
        ->check(check_from_one);
  }

  outcome<exit_code> run(context& ctx) override {
    if (!correlation_text_.empty()) {
      auto id = parse_uuid(correlation_text_);
      if (!id)
        return tool_failure::usage("--correlation: " + id.error().message);
      correlation_ = *id;
    }
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    after_ = from_ - 1;
    for (auto left = limit_; left > 0;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped after position " + std::to_string(after_));
      auto printed = print_batch(ctx, *opened->reader, left);
      if (!printed)
        return printed.error();
      left -= *printed;
      if (*printed > 0)
        continue;
      if (!follow_)
        break;
      if (auto on = wait(ctx); !on)
        return on.error();
    }
    return exit_code::done;
  }

private:
  outcome<std::uint64_t> print_batch(context& ctx, event_reader& reader, std::uint64_t left) {
    auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, 1000));
    auto batch = correlation_text_.empty() ? reader.read_log(after_, most)
                                           : reader.find_by_correlation(correlation_, after_, most);
    if (!batch)
      return tool_failure{batch.error()};
    if (!correlation_text_.empty() && (!outcomes_.begun() || batch->empty()))
      if (auto taken = outcomes_.refresh(reader, correlation_); !taken)
        return taken.error();
    std::uint64_t printed = 0;
    for (const auto& event : *batch) {
      auto between = print_outcomes(ctx, left - printed, event.time);
      if (!between)
        return between.error();
      printed += *between;
      if (printed == left)
        return printed;
      if (auto shown = print_event(ctx, event); !shown)
        return shown.error();
      after_ = event.position;
      ++printed;
    }
    if (!batch->empty())
      return printed;
    return print_outcomes(ctx, left, std::nullopt);
  }

  // Those from before a time, or all that there are; says how many.
  outcome<std::uint64_t> print_outcomes(context& ctx, std::uint64_t most,
                                        std::optional<timestamp> before) {
    std::uint64_t printed = 0;
    while (printed < most) {
      auto next = outcomes_.next(before);
      if (!next)
        break;
      if (auto shown = print_outcome(ctx, *next); !shown)
        return shown.error();
      ++printed;
    }
    return printed;
  }

  // Until there may be more; whoever reads our output sees all that there is meanwhile.
  outcome<> wait(context& ctx) const {
    if (auto shown = ctx.out.flush(); !shown)
      return shown;
    ctx.stop.wait(poll_ms);
    return ctx.out.abandoned() ? outcome<>{tool_failure::quiet_end()} : outcome<>{};
  }

  std::uint64_t from_ = 1;
  std::uint64_t limit_ = no_limit;
  std::string correlation_text_;
  bool follow_ = false;
  uuid correlation_{};
  log_position after_ = 0;
  outcome_feed outcomes_;
};

} // namespace

std::unique_ptr<subcommand> make_log() { return std::make_unique<log_command>(); }

} // namespace annals::tools
