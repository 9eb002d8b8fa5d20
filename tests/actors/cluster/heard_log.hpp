#pragma once

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/ringbuffer_sink.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace annals::tests {

/// Hears what the log is told, from before the first node is there until after the last.
class heard_log {
public:
  heard_log() { log().sinks().push_back(heard_); }
  ~heard_log() { std::erase(log().sinks(), heard_); }
  heard_log(const heard_log&) = delete;
  heard_log& operator=(const heard_log&) = delete;

  bool has(std::string_view text) const {
    return std::ranges::any_of(heard_->last_formatted(), [&](const auto& line) {
      return line.find(text) != std::string::npos;
    });
  }

private:
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> heard_ =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1000);
};

} // namespace annals::tests
