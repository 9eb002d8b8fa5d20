#include <annals/actors/log.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace annals {

namespace {

std::shared_ptr<spdlog::logger> find_or_make() {
  if (auto registered = spdlog::get("annals"))
    return registered;
  auto made = spdlog::stderr_color_mt("annals");
  made->set_level(spdlog::level::warn);
  return made;
}

} // namespace

spdlog::logger& log() {
  static auto logger = find_or_make();
  return *logger;
}

} // namespace annals
