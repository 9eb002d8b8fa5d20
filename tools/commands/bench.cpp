#include <annals/tools/commands/commands.hpp>

#include <annals/tools/bench/bench.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class bench : public subcommand {
public:
  bench()
      : subcommand{"bench", "Measure this machine, the store and the framework, as a table or as "
                            "JSON; `bench --help` of its own follows after --."} {}

  bool needs_store() const override { return false; }

  void declare(CLI::App& line) override {
    line.add_option("ARGUMENTS", arguments_, "Its own options, after --.");
  }

  outcome<exit_code> run(context& ctx) override {
    return static_cast<exit_code>(run_bench({arguments_, ctx.options.json, ctx.stop}));
  }

private:
  std::vector<std::string> arguments_;
};

} // namespace

std::unique_ptr<subcommand> make_bench() { return std::make_unique<bench>(); }

} // namespace annals::tools
