#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace annals::tests {

/// Stands between a PostgreSQL client and its server on the loopback interface and cuts a
/// connection where it is told to. Clients must ask for neither TLS nor GSS encryption.
class loopback_proxy {
public:
  explicit loopback_proxy(std::uint16_t server_port);
  ~loopback_proxy();
  loopback_proxy(const loopback_proxy&) = delete;
  loopback_proxy& operator=(const loopback_proxy&) = delete;

  std::uint16_t port() const noexcept { return port_; }

  enum class cut {
    /// The request does not reach the server.
    before_request,
    /// The server does what it is asked, and its answer is lost.
    before_answer,
    /// The client is cut off, and the request reaches the server some time later.
    request_late,
  };

  /// Cuts the connection that sends the nth request from now on (1 or more). What a client sends up
  /// to a Sync is one request.
  void cut_at(cut how, int nth);
  /// What servers say of their version from now on: its first two digits, such as "12".
  void claim_version(const std::string& digits);
  /// Takes back a cut that has not happened; whether it had.
  bool has_cut();

private:
  struct pair;

  void serve();
  void accept_one();
  void from_client(pair& between);
  void from_server(pair& between);
  void falsify(char* answer, std::size_t size);
  void forward(pair& between, std::string_view message);
  std::optional<cut> count_request();

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listening_ = -1;
  int stop_[2] = {-1, -1};
  std::vector<std::unique_ptr<pair>> pairs_;
  std::mutex mutex_;
  std::optional<cut> planned_;
  int countdown_ = 0;
  std::string version_;
  std::thread serving_;
};

} // namespace annals::tests
