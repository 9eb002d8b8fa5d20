#include <annals/tools/parser.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/version.hpp>
#include <annals/tools/suggest.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace annals::tools {

namespace {

constexpr auto exit_codes =
    "Exit codes: 0 done; 1 failed; 2 the command line is wrong; 3 the command was rejected;\n"
    "4 no such stream, version, model, node, subscription or parked event; 5 the store cannot\n"
    "be used (not there, locked, full, read-only, damaged, too new, no store); 6 verify or schema "
    "check found something; 7 nothing\n"
    "was done, for now (overloaded, expired, not at the expected version); 8 projections\n"
    "check found a difference; 130 and 143 after\n"
    "SIGINT and SIGTERM. Errors go to standard error as one line, `annals: code: message`.";

bool looks_like_option(const std::string& argument) {
  return argument.size() > 1 && argument.front() == '-';
}

// The names of the options that an App takes, as they are typed.
void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames())
      if (std::find(names.begin(), names.end(), "--" + name) == names.end())
        names.push_back("--" + name);
}

// "--store" of "--store=", whose value CLI11 would take from the next argument.
std::string cut_off_option(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i)
    if (std::string_view argument{argv[i]}; argument.starts_with("--") && argument.ends_with('=')
                                            && argument.find('=') == argument.size() - 1)
      return std::string{argument.substr(0, argument.size() - 1)};
  return {};
}

// The name of an option that was given, with an empty value.
std::string emptied_option(const CLI::App& app) {
  for (const auto* option : app.get_options())
    if (!option->get_lnames().empty() && std::ranges::count(option->results(), std::string{}) != 0)
      return "--" + option->get_lnames().front();
  return {};
}

// Most often the value is a variable that is not set: to go on without it would do something else
// than what was meant.
tool_failure empty_value(const std::string& option) {
  return tool_failure::usage(option + " is empty; give a value, or leave it out");
}

} // namespace

struct parser::grammar {
  const std::vector<std::unique_ptr<subcommand>>& all;
  bool has_program;
  CLI::App app;
  global_options options;
  std::int64_t lock_timeout_ms = options.lock_timeout.count();
  CLI::Option* store = nullptr;
  CLI::Option* json = nullptr;

  grammar(const std::vector<std::unique_ptr<subcommand>>& subcommands, bool program)
      : all{subcommands}, has_program{program},
        app{program ? "Runs the program; with a subcommand, looks into or works on its store."
                    : "Looks into and works on a store of events."} {
    app.footer(exit_codes);
    app.set_help_flag("-h,--help", "Print this help and end.");
    app.set_version_flag("--version", "annals " + std::string{version()},
                         "Print the version of Annals and end.");
    app.require_subcommand(0, 1);
    store = app.add_option("--store", options.store,
                           "The store: a file, sqlite:FILE, postgresql://…, annals://HOST:PORT of "
                           "a node that serves its own, or memory: (gone with the "
                           "program).")
                ->envname("ANNALS_STORE")
                ->type_name("URL");
    json = app.add_flag("--json", options.json, "Print JSON, for machines.");
    app.add_option("--lock-timeout", lock_timeout_ms,
                   "How long to wait for another writer of the store (5000).")
        ->type_name("MS")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{86'400'000}));
    for (const auto& each : all) {
      auto* line = app.add_subcommand(each->name(), each->summary());
      line->fallthrough();
      each->declare(*line);
    }
  }

  const CLI::App* chosen_app() const {
    auto chosen = app.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }

  std::vector<std::string> subcommand_names() const {
    std::vector<std::string> names;
    for (const auto& each : all)
      names.push_back(each->name());
    return names;
  }

  std::vector<std::string> option_names() const {
    std::vector<std::string> names;
    if (const auto* chosen = chosen_app())
      add_option_names(*chosen, names);
    add_option_names(app, names);
    return names;
  }

  // "export --help" of the program, for the end of a message.
  std::string see_help() const {
    const auto* chosen = chosen_app();
    return "; see " + (chosen ? chosen->get_name() + " " : std::string{}) + "--help";
  }
};

parser::parser(const std::vector<std::unique_ptr<subcommand>>& all, bool has_program)
    : grammar_{std::make_unique<grammar>(all, has_program)} {}

parser::~parser() = default;

outcome<parsed_line> parser::parse(int argc, const char* const* argv) {
  auto& app = grammar_->app;
  parsed_line line;
  if (argc > 0)
    app.name(std::filesystem::path{argv[0]}.filename().string());
  if (auto option = cut_off_option(argc, argv); !option.empty())
    return empty_value(option);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    line.help = app.help();
    return line;
  } catch (const CLI::CallForVersion& version) {
    line.help = version.what() + std::string{"\n"};
    return line;
  } catch (const CLI::ExtrasError&) {
    return stray(app.remaining(true));
  } catch (const CLI::ParseError& error) {
    // A value that looks like an option leaves its own place empty: say why.
    auto rest = app.remaining(true);
    auto dashed = std::ranges::find_if(rest, looks_like_option);
    if (dashed != rest.end())
      return stray({*dashed});
    return tool_failure::usage(error.what() + grammar_->see_help());
  }
  if (auto good = check(line); !good)
    return good.error();
  return line;
}

outcome<> parser::check(parsed_line& line) const {
  line.options = grammar_->options;
  line.options.lock_timeout = std::chrono::milliseconds{grammar_->lock_timeout_ms};
  auto emptied = emptied_option(grammar_->app);
  if (const auto* chosen = grammar_->chosen_app()) {
    if (emptied.empty())
      emptied = emptied_option(*chosen);
    for (const auto& each : grammar_->all)
      if (each->name() == chosen->get_name())
        line.chosen = each.get();
  }
  if (!emptied.empty())
    return empty_value(emptied);
  if (line.chosen == nullptr && !grammar_->has_program)
    return tool_failure::usage("no subcommand is given; there are "
                               + listed(grammar_->subcommand_names()) + "; see --help");
  if (line.chosen != nullptr && line.chosen->needs_store() && line.options.store.empty())
    return tool_failure::usage("no store is given; give --store URL or set ANNALS_STORE");
  return {};
}

tool_failure parser::stray(const std::vector<std::string>& arguments) const {
  const std::string first = arguments.empty() ? std::string{} : arguments.front();
  const auto* chosen = grammar_->chosen_app();
  if (looks_like_option(first)) {
    auto known = grammar_->option_names();
    return tool_failure::usage(
        "there is no option " + annals::quoted(first)
        + did_you_mean(first.substr(0, first.find('=')), known) + "; there are " + listed(known)
        + " (a value that begins with '-' stands behind --)" + grammar_->see_help());
  }
  if (chosen != nullptr)
    return tool_failure::usage(chosen->get_name() + " takes no further argument "
                               + annals::quoted(first) + grammar_->see_help());
  auto known = grammar_->subcommand_names();
  return tool_failure::usage("there is no subcommand " + annals::quoted(first)
                             + did_you_mean(first, known) + "; there are " + listed(known)
                             + grammar_->see_help());
}

bool wants_json(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i)
    if (std::strcmp(argv[i], "--json") == 0)
      return true;
  return false;
}

} // namespace annals::tools
