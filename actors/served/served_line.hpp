#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/persistence/served/store_line.hpp>

#include <memory>

namespace annals {

/// How a store that another node serves is reached.
struct served_store_settings {
  network_address where;
  /// As the nodes have it (`cluster_settings`).
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds give_up{30'000};
  /// After how long without a sign of life a connection is given up.
  std::chrono::milliseconds silence{3000};
  tls_settings tls{};
};

/// Connects. Has an actor system of its own, with a few threads. Blocks until the store is reached;
/// gives `store_unavailable` where that takes three times `connect_timeout`, `invalid_argument`
/// where something else is at the address, `layout_too_new` or `layout_too_old` where it speaks
/// another version of the protocol.
result<std::shared_ptr<served::store_line>> open_line(const served_store_settings& settings);

} // namespace annals
