#pragma once

#include <annals/tools/subcommand.hpp>

#include <memory>
#include <string>
#include <vector>

namespace annals::tools {

/// What a command line asks for.
struct parsed_line {
  global_options options;
  /// Null where no subcommand is named.
  subcommand* chosen = nullptr;
  /// Not empty where help or the version was asked for: print it and end.
  std::string help;
};

/// Reads command lines into the members of the subcommands.
class parser {
public:
  /// `has_program` says whether the program does something of its own without a subcommand.
  parser(const std::vector<std::unique_ptr<subcommand>>& all, bool has_program);
  ~parser();

  /// Gives "usage" naming what is wrong and what there is. At most once an object.
  outcome<parsed_line> parse(int argc, const char* const* argv);

private:
  struct grammar;
  outcome<> check(parsed_line& line) const;
  tool_failure stray(const std::vector<std::string>& arguments) const;

  std::unique_ptr<grammar> grammar_;
};

/// Whether `--json` stands anywhere on the line, for errors before it is understood.
bool wants_json(int argc, const char* const* argv);

} // namespace annals::tools
