#include <annals/tools/commands/commands.hpp>

#include <annals/actors/take_on.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>

#include <CLI/CLI.hpp>

#include <limits>

namespace annals::tools {

namespace {

class model : public subcommand {
public:
  model() : subcommand{"model", "Print a read model as it is at the end of the log, as JSON."} {}

  void declare(CLI::App& line) override {
    line.add_option("NAME", name_, "The projection's name.")->required();
  }

  // The stored model is taken on to the end of the log in memory; what is stored stays as it is.
  outcome<exit_code> run(context& ctx) override {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    const auto* type = ctx.domain.find_projection(name_);
    if (type == nullptr)
      return tool_failure{unknown_projection(ctx.domain, name_)};
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto replayed = catch_up_projection(*opened->reader, ctx.domain, *type,
                                        std::numeric_limits<std::size_t>::max(),
                                        [&](log_position) { return !ctx.stopping(); });
    if (ctx.stopping())
      return ctx.interrupted("stopped while reading the log for " + name_);
    if (!replayed)
      return tool_failure{replayed.error()};
    auto json = (*replayed)->to_json();
    if (!json)
      return tool_failure{json.error()};
    auto text = ctx.options.json ? json_object{}
                                       .add("projection", name_)
                                       .add("position", (*replayed)->position())
                                       .raw("model", *json)
                                       .text()
                                 : std::move(*json);
    if (auto printed = ctx.out.line(text); !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  std::string name_;
};

} // namespace

std::unique_ptr<subcommand> make_model() { return std::make_unique<model>(); }

} // namespace annals::tools
