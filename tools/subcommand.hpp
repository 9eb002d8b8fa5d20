#pragma once

#include <annals/tools/context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace annals::tools {

/// One subcommand of the command line: what it is called, what it takes, what it does.
class subcommand {
public:
  subcommand(std::string name, std::string summary)
      : name_{std::move(name)}, summary_{std::move(summary)} {}
  virtual ~subcommand() = default;

  const std::string& name() const noexcept { return name_; }
  /// One sentence.
  const std::string& summary() const noexcept { return summary_; }
  virtual bool needs_store() const { return true; }

  /// Adds its options and positionals, which are bound to its own members.
  virtual void declare(CLI::App& line) = 0;

  /// Does it. Blocks until done or until a signal came.
  virtual outcome<exit_code> run(context& ctx) = 0;

private:
  std::string name_;
  std::string summary_;
};

/// All of them, in the order of the help.
std::vector<std::unique_ptr<subcommand>> all_subcommands();

} // namespace annals::tools
