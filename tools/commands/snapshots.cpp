#include <annals/tools/commands/commands.hpp>

#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class snapshots : public subcommand {
public:
  snapshots()
      : subcommand{"snapshots", "Throw away the snapshots of a stream, or of all (drop [STREAM]); "
                                "the next loading reads the whole stream."} {}

  void declare(CLI::App& line) override {
    line.add_option("ACTION", action_, "drop")->required()->check(CLI::IsMember({"drop"}));
    stream_given_ = line.add_option("STREAM", stream_,
                                    "The stream's name, <aggregate type>-<id>; all without it.");
  }

  outcome<exit_code> run(context& ctx) override {
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

private:
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
