#pragma once

#include <annals/actors/cluster/tls_settings.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace annals {

/// How a client reaches the nodes of an application.
struct client_settings {
  /// "HOST:PORT" of one node or several: one that answers is enough, it knows the others.
  std::vector<std::string> nodes;
  /// As the nodes have it: all of them, or none.
  tls_settings tls{};
  /// How long to wait for a node to be reached; 1 ms or more.
  std::chrono::milliseconds connect_timeout{1000};
  /// How long to wait before a node that could not be reached is tried again: at first, then twice
  /// as long each time, up to the longest. 1 ms or more each; the longest is not less.
  std::chrono::milliseconds first_reconnect{50};
  std::chrono::milliseconds longest_reconnect{1000};
  /// How long a command is sent again and again, under its id, before its caller gets `timed_out`,
  /// and how long whoever reads waits for a node; more than `lease_time`.
  std::chrono::milliseconds give_up{30'000};
  /// The nodes' `lease_time`: after how long without a sign of life a node is passed over.
  /// 100 ms or more.
  std::chrono::milliseconds lease_time{3000};
  /// The nodes' `config::largest_payload`.
  std::size_t largest_payload = 1U << 20;
  /// The most commands that wait for answers; past it, callers get `overloaded`.
  std::size_t commands_under_way = 100'000;
};

} // namespace annals
