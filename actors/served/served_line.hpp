#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/persistence/served/store_line.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace annals {

/// Where a line may find a node. Any thread.
class address_book {
public:
  /// Those that are always there; at least one.
  void give(std::vector<network_address> addresses);
  /// Those that were heard of, in place of what was heard before.
  void learn(std::vector<network_address> addresses);
  /// The one after that which was given last, or the first.
  network_address next();
  /// Those that were given, "a:1, b:2".
  std::string text() const;

private:
  mutable std::mutex mutex_;
  std::vector<network_address> given_;
  std::vector<network_address> learnt_;
  std::size_t next_ = 0;
};

/// How a store that another node serves is reached.
struct served_store_settings {
  std::shared_ptr<address_book> addresses = std::make_shared<address_book>();
  /// Whether it has to be served to be written; otherwise any node will do.
  bool writes = true;
  /// As the nodes have it (`cluster_settings`).
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds first_reconnect{50};
  std::chrono::milliseconds longest_reconnect{1000};
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
