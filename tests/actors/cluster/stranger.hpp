#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/cluster/placement.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/node_id.hpp>

#include <cerrno>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  /// All at once; what the node does not take is lost.
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

  // The first bytes that the node says.
  std::string hear(std::size_t size) {
    std::string heard(size, '\0');
    auto got = recv(socket_, heard.data(), size, MSG_WAITALL);
    heard.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return heard;
  }

  // What a node says first: its id, names of applications, the number of its gateway, types.
  std::string hear_greeting() {
    const auto header = hear(32);
    std::uint32_t length = 0;
    for (std::size_t i = 4; i < 8 && i < header.size(); ++i)
      length = length << 8 | static_cast<unsigned char>(header[i]);
    return hear(length);
  }
  // Whether the node takes it for another one by now: then it asks who is there.
  bool is_greeted_back() { return !hear_greeting().empty() && hear(32).size() == 32; }
  // The number of the actor that the node has at its port.
  std::uint64_t hear_gateway() {
    const auto greeting = hear_greeting();
    caf::binary_deserializer source{nullptr, greeting.data(), greeting.size()};
    caf::node_id node;
    std::vector<std::string> applications;
    std::uint64_t number = 0;
    (void)source(node, applications, number);
    return number;
  }

private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  bool is_connected_ = false;
};

/// The header of a message in BASP: operation, padding, flags, length, and what is about it.
struct wire_header {
  unsigned char operation = 0;
  std::uint32_t length = 0;
  std::uint64_t data = 0;
  std::uint64_t source = 0;
  std::uint64_t destination = 0;
  unsigned char flags = 0;

  std::string text() const {
    std::string made{static_cast<char>(operation), '\0', '\0', static_cast<char>(flags)};
    for (int shift = 24; shift >= 0; shift -= 8)
      made += static_cast<char>(length >> shift);
    for (auto number : {data, source, destination})
      for (int shift = 56; shift >= 0; shift -= 8)
        made += static_cast<char>(number >> shift);
    return made;
  }
};

/// The operations of a header: 0 and 1 greet, 2 to 6 do what their names say, there are no others.
constexpr unsigned char server_greets = 0, client_greets = 1, direct = 2, routed = 3, monitors = 4,
                        is_down = 5, heartbeat = 6;
/// In the flags of the second greeting of a client.
constexpr unsigned char selects = 2;

/// One that CAF takes for a header, whatever its operation, as far as there is such an operation.
inline std::string good_header(unsigned char operation, std::uint32_t length) {
  wire_header made{operation, length};
  made.data = operation == server_greets ? 4 : 0;
  made.source = operation == is_down ? 1 : 0;
  made.destination = operation == direct || operation == routed || operation == monitors ? 1 : 0;
  return made.text();
}

/// What a client says first, and what it says second with `flags`, which is who it is.
inline std::string greeting_of(const std::string& id, unsigned char flags = 0) {
  wire_header made{client_greets, static_cast<std::uint32_t>(id.size())};
  made.flags = flags;
  return made.text() + id;
}

/// The id of a node that there is not, as its greetings have it.
inline std::string id_of_node(std::uint32_t process) {
  std::vector<char> made;
  caf::binary_serializer sink{nullptr, made};
  caf::node_id::default_data::host_id_type host{};
  host.fill(0xa5);
  (void)sink(caf::make_node_id(process, host));
  return {made.begin(), made.end()};
}

/// The 32 bytes that CAF by itself reads a payload of which has none.
inline std::string empty_greeting() { return wire_header{client_greets}.text(); }

/// Some bytes.
inline std::string noise_of(std::mt19937& random) {
  std::string noise(random() % 400, '\0');
  for (auto& c : noise)
    c = static_cast<char>(random());
  return noise;
}

/// Bytes of many kinds, by turns: noise, or a header that is none, or one that CAF takes for one,
/// or such a one behind a greeting, with noise behind it of which as much belongs to it or not.
inline std::string mischief_of(std::mt19937& random, int turn) {
  auto noise = noise_of(random);
  auto operation = static_cast<unsigned char>(random() % 8);
  auto length = static_cast<std::uint32_t>(random() % 2 == 0 ? noise.size() : random() % 500);
  auto id = [&] { return id_of_node(static_cast<std::uint32_t>(random() % 100'000) + 1); };
  switch (turn % 6) {
    case 0: return noise;
    case 1:
      return wire_header{operation, static_cast<std::uint32_t>(random()), random()}.text() + noise;
    case 2: return good_header(operation, length) + noise;
    case 3: return greeting_of(id()) + good_header(operation, length) + noise;
    case 4: return greeting_of(id(), static_cast<unsigned char>(random() % 4)) + noise;
    default: return turn % 12 == 5 ? empty_greeting() : good_header(operation, 0) + noise;
  }
}

} // namespace annals::tests
