#include "take_in_line.hpp"

#include <annals/tools/output.hpp>

#include <CLI/CLI.hpp>

#include <fcntl.h>

#include <exception>
#include <iostream>
#include <limits>

namespace loans {

namespace {

using annals::tools::exit_code;
template <class T = void>
using tool_result = annals::tools::outcome<T>;
using annals::tools::tool_failure;

constexpr auto after_help = "A row that was taken in before is recognised and not taken twice: "
                            "after an interruption, run it again.\n"
                            "Exit codes: 0 done; 1 a row cannot be read, or failed; 2 the command "
                            "line is wrong; 3 rows were\n"
                            "rejected; 5 the store cannot be used; 130 and 143 after SIGINT and "
                            "SIGTERM.";

void declare(CLI::App& line, take_in_options& options) {
  line.footer(after_help);
  line.add_option("CSV", options.csv, "The bank's log, plain or compressed with gzip.")->required();
  line.add_option(
          "--store", options.store,
          "The store: a file, sqlite:FILE, postgresql://…, or memory: (the default; gone with the "
          "program).")
      ->envname("ANNALS_STORE")
      ->type_name("URL");
  line.add_option("--in-flight", options.in_flight,
                  "The most commands sent and not yet answered (4096).")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  line.add_option("--acknowledge", options.acknowledge,
                  "An open file, to which the number of each line is written once it is durable.")
      ->type_name("FD")
      ->check(CLI::Range(0, std::numeric_limits<int>::max()));
}

tool_result<exit_code> attempt(int argc, const char* const* argv) {
  take_in_options options;
  CLI::App line{"Takes in a bank's log: a command for each row.", "loans take-in"};
  declare(line, options);
  try {
    line.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << line.help();
    return exit_code::done;
  } catch (const CLI::ParseError& wrong) {
    return tool_failure::usage(std::string{wrong.what()} + " (see loans take-in --help)");
  }
  if (options.acknowledge >= 0 && fcntl(options.acknowledge, F_GETFD) == -1)
    return tool_failure::usage("--acknowledge: file " + std::to_string(options.acknowledge)
                               + " is not open");
  annals::tools::stop_signals stop;
  return take_in(options, stop);
}

} // namespace

int run_take_in(int argc, const char* const* argv) {
  annals::tools::occupy_standard_files();
  tool_result<exit_code> answer = exit_code::failed;
  try {
    answer = attempt(argc, argv);
  } catch (const annals::error& known) {
    answer = tool_failure{known.why()};
  } catch (const std::exception& other) {
    answer = tool_failure{annals::failure{annals::errc::internal, other.what()}};
  }
  if (answer.has_value())
    return static_cast<int>(*answer);
  report(answer.error(), false);
  return static_cast<int>(answer.error().exit);
}

} // namespace loans
