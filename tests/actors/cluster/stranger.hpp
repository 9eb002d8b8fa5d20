#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/cluster/placement.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace annals::tests {

/// Somebody at a node's port who is no node.
class stranger {
public:
  explicit stranger(const member& node) : stranger{node.address} {}
  explicit stranger(const std::string& address) {
    auto where = network_address::parse(address).value();
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(where.port);
    inet_pton(AF_INET, where.host.c_str(), &to.sin_addr);
    is_connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~stranger() {
    if (socket_ >= 0)
      close(socket_);
  }
  stranger(stranger&& other) noexcept
      : socket_{std::exchange(other.socket_, -1)}, is_connected_{other.is_connected_} {}

  bool is_connected() const { return is_connected_; }
  void say(std::string_view text) { (void)send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  // Whether the node has closed the connection by now; reads what it has said.
  bool was_shown_out() {
    char said[4096];
    for (;;) {
      auto got = recv(socket_, said, sizeof said, MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN))
        return true;
      if (got < 0)
        return false;
    }
  }

private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  bool is_connected_ = false;
};

/// The header of a message in BASP: operation, padding, flags, length, and what is about it.
inline std::string header_of(unsigned char operation, std::uint32_t length,
                             std::uint64_t data = 0) {
  std::string made{'\0', '\0', '\0', static_cast<char>(operation)};
  for (int shift = 24; shift >= 0; shift -= 8)
    made += static_cast<char>(length >> shift);
  for (int shift = 56; shift >= 0; shift -= 8)
    made += static_cast<char>(data >> shift);
  return made + std::string(16, '\0');
}

/// Some bytes, or such as look like a message at first.
inline std::string noise_of(std::mt19937& random, bool with_header) {
  std::string noise(random() % 400, '\0');
  for (auto& c : noise)
    c = static_cast<char>(random());
  if (!with_header)
    return noise;
  auto operation = static_cast<unsigned char>(random() % 8);
  auto length = static_cast<std::uint32_t>(random());
  return header_of(operation, length, random()) + noise;
}

} // namespace annals::tests
