#pragma once

#include <catch2/catch.hpp>

#include <cstdint>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace annals::tests {

/// A port of the loopback interface that is free now.
inline std::uint16_t free_port() {
  int any = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bool is_bound = bind(any, reinterpret_cast<sockaddr*>(&address), size) == 0
                  && getsockname(any, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(any);
  REQUIRE(is_bound);
  return ntohs(address.sin_port);
}

} // namespace annals::tests
