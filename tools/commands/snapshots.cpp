#include <annals/tools/commands/commands.hpp>

#include <annals/actors/replay.hpp>
#include <annals/actors/snapshots.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class snapshots : public subcommand {
public:
  snapshots()
      : subcommand{"snapshots", "Store the state of an aggregate instance, to load it faster (take "
                                "STREAM); or throw away the snapshots of a stream, or of all (drop "
                                "[STREAM]), which no answer depends on."} {}

  void declare(CLI::App& line) override {
    line.add_option("ACTION", action_, "take or drop")
        ->required()
        ->check(CLI::IsMember({"take", "drop"}));
    stream_given_ = line.add_option(
        "STREAM", stream_, "The stream's name, <aggregate type>-<id>; drop takes all without it.");
  }

  outcome<exit_code> run(context& ctx) override {
    return action_ == "take" ? take(ctx) : drop(ctx);
  }

private:
  outcome<exit_code> take(context& ctx) const {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    auto parts = split_stream_name(stream_);
    if (stream_.empty() || parts.id.empty())
      return tool_failure::usage("snapshots take needs STREAM, such as bank.account-acc-1");
    const auto* type = ctx.domain.find_aggregate(parts.aggregate);
    if (type == nullptr)
      return tool_failure{unknown_aggregate(ctx.domain, parts.aggregate)};
    auto opened = ctx.open(open_mode::existing);
    if (!opened)
      return opened.error();
    if (auto there = check_stream(*opened->reader); !there)
      return there.error();
    auto loaded = load_aggregate(*opened->reader, ctx.domain, *type, parts.id, {},
                                 [&](const recorded_event&) { return !ctx.stopping(); });
    if (ctx.stopping())
      return ctx.interrupted("stopped while loading " + annals::quoted(stream_));
    if (!loaded)
      return tool_failure{loaded.error()};
    auto taken =
        make_snapshot(*type, stream_, *loaded->instance, loaded->version, loaded->position, now());
    if (!taken)
      return tool_failure{taken.error()};
    if (auto saved = opened->store->save_snapshots({&*taken, 1}, 1); !saved)
      return tool_failure{saved.error()};
    auto version = loaded->version;
    auto printed =
        ctx.options.json
            ? ctx.out.line(json_object{}.add("stream", stream_).add("version", version).text())
            : ctx.out.line("took a snapshot of " + printable(stream_) + " v"
                           + std::to_string(version));
    if (!printed)
      return printed.error();
    return exit_code::done;
  }

  outcome<exit_code> drop(context& ctx) const {
    // To drop all of them instead would do something else than what was meant.
    if (stream_given_->count() > 0 && stream_.empty())
      return tool_failure::usage("STREAM is empty; give a stream's name, or leave it out for all");
    auto opened = ctx.open(open_mode::existing);
    if (!opened)
      return opened.error();
    auto dropped = opened->store->drop_snapshots(stream_);
    if (!dropped)
      return tool_failure{dropped.error()};
    if (*dropped == 0 && !stream_.empty())
      if (auto there = check_stream(*opened->reader); !there)
        return there.error();
    if (auto printed = print(ctx, *dropped); !printed)
      return printed.error();
    return exit_code::done;
  }

  outcome<> check_stream(event_reader& reader) const {
    auto version = reader.version_of(stream_);
    if (!version)
      return tool_failure{version.error()};
    if (*version == 0)
      return tool_failure{{errc::not_found, "there is no stream " + annals::quoted(stream_, 600)
                                                + "; `streams` lists those that there are"}};
    return {};
  }

  static outcome<> print(context& ctx, std::uint64_t dropped) {
    if (ctx.options.json)
      return ctx.out.line(json_object{}.add("dropped", dropped).text());
    return ctx.out.line("dropped " + grouped(dropped)
                        + (dropped == 1 ? " snapshot" : " snapshots"));
  }

  std::string action_, stream_;
  const CLI::Option* stream_given_ = nullptr;
};

} // namespace

std::unique_ptr<subcommand> make_snapshots() { return std::make_unique<snapshots>(); }

} // namespace annals::tools
