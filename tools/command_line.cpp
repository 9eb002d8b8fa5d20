#include <annals/tools/command_line.hpp>

#include <annals/tools/parser.hpp>
#include <annals/tools/program_run.hpp>

#include <unistd.h>

#include <exception>
#include <utility>

namespace annals {

namespace {

using namespace tools;

// What `run` was given.
struct application {
  const registry& domain;
  const config& settings;
  const std::function<int(node&)>& program;
};

outcome<exit_code> carry_out(const application& of, const parsed_line& line,
                             const stop_signals& stop, output& out) {
  context ctx{of.domain, line.options, stop, out, of.settings};
  if (!line.help.empty()) {
    if (auto written = out.write(line.help); !written)
      return written.error();
    return exit_code::done;
  }
  if (auto good = of.domain.check(); !good)
    return tool_failure{good.error()};
  return line.chosen != nullptr ? line.chosen->run(ctx) : run_program(ctx, of.program);
}

outcome<exit_code> attempt(const application& of, int argc, const char* const* argv,
                           const stop_signals& stop) {
  auto all = all_subcommands();
  parser grammar{all, static_cast<bool>(of.program)};
  auto line = grammar.parse(argc, argv);
  if (!line)
    return line.error();
  output out{STDOUT_FILENO, "standard output", stop};
  auto answer = carry_out(of, *line, stop, out);
  auto flushed = out.flush();
  if (answer.has_value() && !flushed)
    return flushed.error();
  return answer;
}

tool_failure caught(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const error& known) {
    return known.why();
  } catch (const std::bad_alloc&) {
    return failure{errc::internal, "out of memory"};
  } catch (const std::exception& other) {
    return failure{errc::internal, other.what()};
  } catch (...) {
    return failure{errc::internal, "an exception that is not a std::exception was thrown"};
  }
}

int settle(const outcome<exit_code>& answer, bool json) {
  if (answer.has_value())
    return static_cast<int>(*answer);
  report(answer.error(), json);
  return static_cast<int>(answer.error().exit);
}

} // namespace

int run(const registry& domain, int argc, const char* const* argv,
        std::function<int(node&)> program) {
  return run(domain, config{}, argc, argv, std::move(program));
}

int run(const registry& domain, const config& settings, int argc, const char* const* argv,
        std::function<int(node&)> program) {
  bool json = wants_json(argc, argv);
  try {
    occupy_standard_files();
    stop_signals stop{!json};
    return settle(attempt({domain, settings, program}, argc, argv, stop), json);
  } catch (...) {
    return settle(caught(std::current_exception()), json);
  }
}

} // namespace annals
