#pragma once

#include <annals/actors/cluster/tls_settings.hpp>
#include <annals/messages/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace annals {

/// The settings of a node that runs the application together with others over one shared store.
struct cluster_settings {
  /// What this node is called, unlike any other: 1 to 64 letters, digits, '.', '-' and '_'.
  std::string name;
  /// Where it listens for the others: "HOST:PORT", or "[HOST]:PORT" for IPv6. Port 0 is any that is
  /// free. Beyond the loopback interface only with `tls`, unless told otherwise below.
  std::string listen = "127.0.0.1:0";
  /// Where the others reach it, where that is not `listen`, such as behind a translated address: a
  /// port other than 0. Needed where it listens at every address ("0.0.0.0" or "[::]").
  std::string advertise{};
  /// Its share of aggregates, projections, targets, process managers and subscriptions beside the
  /// other nodes' weights, 0 to 1,000,000. At 0 it runs none, and hands every command to others; a
  /// durable subscription whose consumers are all at such nodes is handed out by nobody.
  double weight = 1;
  /// How long its leases hold without being renewed, which they are three times as often: after a
  /// node dies, what it had is with the others that much later. 100 ms to an hour; on
  /// PostgreSQL not less than the 2 s for which a node that was stopped may hold the writers' lock.
  std::chrono::milliseconds lease_time{3000};
  /// How long to wait for another node to be reached; 1 ms or more.
  std::chrono::milliseconds connect_timeout{1000};
  /// How long to wait before a node that could not be reached is tried again: at first, then twice
  /// as long each time, up to the longest. 1 ms or more each; the longest is not less.
  std::chrono::milliseconds first_reconnect{50};
  std::chrono::milliseconds longest_reconnect{1000};
  /// How long a command is sent again and again before its caller gets `timed_out`, and how long a
  /// store that another node serves is waited for; more than `lease_time`.
  std::chrono::milliseconds give_up{30'000};
  /// How far this machine's clock may be from the store's: past it the node does not start, and
  /// says so while it runs. 1 s or more.
  std::chrono::milliseconds largest_clock_difference = std::chrono::minutes{1};
  /// The most connections at its port, of nodes and clients together, and never more than half of
  /// the files that the process may open: past it the one that has said nothing for the longest is
  /// closed, with a warning in the log. 1 or more.
  std::size_t most_connections = 1024;
  /// Encrypts what goes between nodes, and lets in only those that the authority knows.
  tls_settings tls{};
  /// Listens beyond the loopback interface without `tls`, although anybody who reaches the port can
  /// then read and send commands: only in a network of which everybody is trusted.
  bool listen_without_encryption_beyond_loopback = false;
  /// Serves this node's store to others, who open it by this node's address ("annals://HOST:PORT"):
  /// several nodes then share a store in a file of this one's.
  bool serve_store = false;
  /// Every node keeps each read model in memory, to be read there; one of them stores it. Else only
  /// the node that has the projection's lease runs it, and to read it elsewhere fails.
  bool read_models_on_every_node = false;
};

/// A host and a port.
struct network_address {
  std::string host;
  std::uint16_t port = 0;

  /// "HOST:PORT", "[HOST]:PORT" for IPv6. Gives `invalid_argument`.
  static result<network_address> parse(std::string_view text);
  /// As `parse` takes it.
  std::string text() const;
  /// Whether the host is "localhost" or a numeric address of the loopback interface.
  bool is_loopback() const;

  bool operator==(const network_address&) const = default;
};

/// Whether each setting is in its range. Gives `invalid_argument` naming the one that is not.
result<void> check_settings(const cluster_settings& settings);

} // namespace annals
