#include <annals/actors/config.hpp>

#include <string_view>

namespace annals {

result<config> config::parse(int argc, const char* const* argv) {
  config settings;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument.starts_with("--store=")) {
      settings.store = argument.substr(std::string_view{"--store="}.size());
    } else if (argument == "--store") {
      if (i + 1 == argc)
        return failure{errc::invalid_argument,
                       "--store needs a value: memory:, sqlite:FILE, postgresql://… or "
                       "annals://HOST:PORT"};
      settings.store = argv[++i];
    }
  }
  if (settings.store.empty())
    return failure{errc::invalid_argument,
                   "--store is empty; give memory:, sqlite:FILE, postgresql://… or "
                   "annals://HOST:PORT"};
  return settings;
}

config config::from_args(int argc, const char* const* argv) { return parse(argc, argv).value(); }

} // namespace annals
