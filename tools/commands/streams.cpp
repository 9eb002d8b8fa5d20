#include <annals/tools/commands/commands.hpp>

#include <annals/tools/json_object.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class streams : public subcommand {
public:
  streams() : subcommand{"streams", "List the streams in order of name, with their versions."} {}

  void declare(CLI::App&) override {}

  outcome<exit_code> run(context& ctx) override {
    constexpr std::size_t batch_size = 1000;
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    for (std::string after;;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped listing streams");
      auto batch = opened->reader->list_streams(after, batch_size);
      if (!batch)
        return tool_failure{batch.error()};
      for (const auto& each : *batch)
        if (auto printed = print(ctx, each); !printed)
          return printed.error();
      if (batch->empty())
        return exit_code::done;
      after = batch->back().stream;
    }
  }

private:
  static outcome<> print(context& ctx, const stream_info& each) {
    if (!ctx.options.json)
      return ctx.out.line(printable(each.stream) + " v" + std::to_string(each.version));
    auto parts = split_stream_name(each.stream);
    json_object object;
    object.add("stream", each.stream).add("aggregate", parts.aggregate).add("id", parts.id);
    return ctx.out.line(object.add("version", each.version).text());
  }
};

} // namespace

std::unique_ptr<subcommand> make_streams() { return std::make_unique<streams>(); }

} // namespace annals::tools
