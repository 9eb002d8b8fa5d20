#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace annals::tests {

/// Stands between two programs on the loopback interface and hands through what they say, until it
/// is told to cut them off: in the middle of a message, a question or its answer.
class cutting_proxy {
public:
  explicit cutting_proxy(std::uint16_t to) : to_{to}, listening_{socket(AF_INET, SOCK_STREAM, 0)} {
    auto at = address(0);
    socklen_t size = sizeof at;
    if (bind(listening_, reinterpret_cast<sockaddr*>(&at), size) != 0 || listen(listening_, 64) != 0
        || getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error{"the proxy cannot listen"};
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~cutting_proxy() {
    stopping_ = true;
    thread_.join();
    cut();
    for (auto& one : through_)
      one.join();
    close(listening_);
  }
  cutting_proxy(const cutting_proxy&) = delete;
  cutting_proxy& operator=(const cutting_proxy&) = delete;

  std::uint16_t port() const noexcept { return port_; }

  /// Cuts off whoever is connected; new connections are handed through.
  void cut() {
    std::lock_guard guard{mutex_};
    for (int file : open_)
      shutdown(file, SHUT_RDWR);
  }

  /// Keeps from whoever is connected what is said from now on, and the connection open, as where a
  /// program is stopped; new connections are handed through.
  void hang() {
    std::lock_guard guard{mutex_};
    hung_ = through_.size();
  }

private:
  static sockaddr_in address(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
  }

  void serve() {
    while (!stopping_) {
      pollfd event{listening_, POLLIN, 0};
      if (poll(&event, 1, 20) != 1)
        continue;
      int one = accept(listening_, nullptr, nullptr);
      int other = socket(AF_INET, SOCK_STREAM, 0);
      auto at = address(to_);
      if (connect(other, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
        close(one);
        close(other);
        continue;
      }
      std::lock_guard guard{mutex_};
      open_.insert(open_.end(), {one, other});
      through_.emplace_back(
          [this, one, other, number = through_.size()] { hand_through(one, other, number); });
    }
  }

  void hand_through(int one, int other, std::size_t number) {
    char data[16384];
    for (bool is_open = true; is_open;) {
      pollfd events[2]{{one, POLLIN, 0}, {other, POLLIN, 0}};
      if (poll(events, 2, -1) < 1)
        break;
      while (number < hung_ && !stopping_)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
      for (int i = 0; i < 2 && is_open; ++i)
        if (events[i].revents != 0) {
          auto got = recv(events[i].fd, data, sizeof data, 0);
          is_open = got > 0 && send_all(i == 0 ? other : one, data, static_cast<std::size_t>(got));
        }
    }
    std::lock_guard guard{mutex_};
    std::erase(open_, one);
    std::erase(open_, other);
    close(one);
    close(other);
  }

  static bool send_all(int file, const char* data, std::size_t size) {
    for (std::size_t sent = 0; sent < size;) {
      auto more = send(file, data + sent, size - sent, MSG_NOSIGNAL);
      if (more <= 0)
        return false;
      sent += static_cast<std::size_t>(more);
    }
    return true;
  }

  const std::uint16_t to_;
  int listening_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> hung_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> through_;
  std::thread thread_;
};

} // namespace annals::tests
