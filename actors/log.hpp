#pragma once

#include <memory>

namespace spdlog {
class logger;
}

namespace annals {

/// The framework's own logger, named "annals", to standard error from level "warning" up; an
/// application may register a logger of that name first. Never blocks on anything but its sink.
spdlog::logger& log();

} // namespace annals
