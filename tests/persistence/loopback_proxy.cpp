#include "tests/persistence/loopback_proxy.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace annals::tests {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto delay = 100ms;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void check(bool good, const char* what) {
  if (!good)
    throw std::system_error{errno, std::generic_category(), what};
}

void send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return; // the other side is gone, which its own socket tells
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void close_one(int& socket) {
  if (socket != -1)
    close(socket);
  socket = -1;
}

} // namespace

struct loopback_proxy::pair {
  ~pair() {
    close_one(client);
    close_one(server);
  }

  int client = -1;
  int server = -1;
  bool has_started = false;
  bool drops_answer = false;
  std::string unfinished; // of the client's next message
  std::string late;       // what is still to reach the server
  clock::time_point late_at{};
};

loopback_proxy::loopback_proxy(std::uint16_t server_port) : server_port_{server_port} {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  check(bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  check(listen(listening_, 16) == 0, "listen");
  check(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  check(pipe(stop_) == 0, "pipe");
  serving_ = std::thread{[this] { serve(); }};
}

loopback_proxy::~loopback_proxy() {
  close_one(stop_[1]);
  serving_.join();
  close_one(stop_[0]);
  close_one(listening_);
}

void loopback_proxy::cut_at(cut how, int nth) {
  std::lock_guard lock{mutex_};
  planned_ = how;
  countdown_ = nth;
}

void loopback_proxy::claim_version(const std::string& digits) {
  std::lock_guard lock{mutex_};
  version_ = digits;
}

void loopback_proxy::falsify(char* answer, std::size_t size) {
  constexpr std::string_view parameter{"server_version\0", 15};
  std::lock_guard lock{mutex_};
  auto found = std::string_view{answer, size}.find(parameter);
  if (found != std::string_view::npos && found + parameter.size() + version_.size() <= size)
    version_.copy(answer + found + parameter.size(), version_.size());
}

bool loopback_proxy::has_cut() {
  std::lock_guard lock{mutex_};
  bool done = !planned_;
  planned_.reset();
  return done;
}

std::optional<loopback_proxy::cut> loopback_proxy::count_request() {
  std::lock_guard lock{mutex_};
  if (!planned_ || --countdown_ > 0)
    return std::nullopt;
  return std::exchange(planned_, std::nullopt);
}

void loopback_proxy::serve() {
  for (;;) {
    std::vector<pollfd> waiting{{stop_[0], POLLIN, 0}, {listening_, POLLIN, 0}};
    for (const auto& between : pairs_) {
      waiting.push_back({between->client, POLLIN, 0}); // poll passes over those that are -1
      waiting.push_back({between->server, POLLIN, 0});
    }
    auto count = pairs_.size();
    poll(waiting.data(), waiting.size(), 10);
    if (waiting[0].revents != 0)
      break;
    if (waiting[1].revents != 0)
      accept_one();
    for (std::size_t i = 0; i < count; ++i) {
      auto& between = *pairs_[i];
      if (waiting[2 + 2 * i].revents != 0)
        from_client(between);
      if (waiting[3 + 2 * i].revents != 0 && between.server != -1)
        from_server(between);
      if (!between.late.empty() && between.server != -1 && clock::now() >= between.late_at)
        send_all(between.server, std::exchange(between.late, {}));
    }
    std::erase_if(pairs_, [](const auto& between) {
      return between->server == -1
             || (between->client == -1 && between->late.empty()
                 && clock::now() >= between->late_at + delay);
    });
  }
  pairs_.clear();
}

void loopback_proxy::accept_one() {
  auto between = std::make_unique<pair>();
  between->client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  between->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(server_port_);
  int yes = 1;
  setsockopt(between->server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(between->client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(between->server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
    pairs_.push_back(std::move(between));
}

void loopback_proxy::from_client(pair& between) {
  char buffer[65536];
  auto size = recv(between.client, buffer, sizeof buffer, 0);
  if (size <= 0) {
    close_one(between.client);
    close_one(between.server);
    return;
  }
  between.unfinished.append(buffer, static_cast<std::size_t>(size));
  while (between.server != -1) {
    // The first message has no letter in front of its length.
    std::size_t head = between.has_started ? 1 : 0;
    if (between.unfinished.size() < head + 4)
      return;
    std::size_t length = 0;
    for (std::size_t i = head; i < head + 4; ++i)
      length = length << 8 | static_cast<unsigned char>(between.unfinished[i]);
    if (between.unfinished.size() < head + length)
      return;
    forward(between, std::string{between.unfinished.substr(0, head + length)});
    between.unfinished.erase(0, head + length);
    between.has_started = true;
  }
}

void loopback_proxy::forward(pair& between, std::string_view message) {
  if (!between.late.empty()) {
    between.late += message;
    return;
  }
  auto cut_now = between.has_started && message.front() == 'S' ? count_request() : std::nullopt;
  if (cut_now == cut::before_request) {
    close_one(between.client);
    close_one(between.server);
    return;
  }
  if (cut_now == cut::request_late) {
    between.late = message;
    between.late_at = clock::now() + delay;
    close_one(between.client);
    return;
  }
  between.drops_answer = between.drops_answer || cut_now == cut::before_answer;
  send_all(between.server, message);
}

void loopback_proxy::from_server(pair& between) {
  char buffer[65536];
  auto size = recv(between.server, buffer, sizeof buffer, 0);
  std::string_view bytes{buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  falsify(buffer, bytes.size());
  if (size > 0 && !between.drops_answer) {
    if (between.client != -1)
      send_all(between.client, bytes);
    return;
  }
  // An answer ends with ReadyForQuery: its letter, its length, and a letter for the transaction.
  constexpr std::string_view ready{"Z\0\0\0\5", 5};
  if (size > 0 && (bytes.size() < 6 || bytes.substr(bytes.size() - 6, 5) != ready))
    return;
  close_one(between.client);
  close_one(between.server);
}

} // namespace annals::tests
