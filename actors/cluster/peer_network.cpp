#include <annals/actors/cluster/peer_network.hpp>

#include <annals/actors/cluster/tls_scribe.hpp>

#include <caf/actor_cast.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/middleman_actor_impl.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace annals {

namespace {

using std::chrono::milliseconds;

struct free_addresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using address_list = std::unique_ptr<addrinfo, free_addresses>;

// The addresses of a host, or why there are none.
struct looked_up {
  address_list all;
  std::string why;
};

looked_up look_up_host(const std::string& host, std::uint16_t port, int flags) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (auto failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found))
    return {nullptr, failed == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(failed)};
  return {address_list{found}, {}};
}

// A socket that closes itself unless it is taken out.
class socket_guard {
public:
  explicit socket_guard(int file) : file_{file} {}
  ~socket_guard() {
    if (file_ >= 0)
      close(file_);
  }
  socket_guard(const socket_guard&) = delete;
  socket_guard& operator=(const socket_guard&) = delete;

  int file() const noexcept { return file_; }
  int take() noexcept { return std::exchange(file_, -1); }

private:
  int file_;
};

// What is accepted has the settings of the socket that listened.
void bound_silence(int file, milliseconds silence) {
  auto set = [&](int level, int name, int value) {
    setsockopt(file, level, name, &value, sizeof value);
  };
  auto seconds = static_cast<int>(std::max<milliseconds::rep>(1, silence.count() / 3000));
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, seconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(silence.count()));
  set(IPPROTO_TCP, TCP_NODELAY, 1);
}

// 0, or what kept it from being connected.
int connect_within(int file, const addrinfo& to, milliseconds time) {
  if (connect(file, to.ai_addr, to.ai_addrlen) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return errno;
  pollfd event{file, POLLOUT, 0};
  if (auto ready = poll(&event, 1, static_cast<int>(time.count())); ready != 1)
    return ready == 0 ? ETIMEDOUT : errno;
  int why = 0;
  socklen_t size = sizeof why;
  return getsockopt(file, SOL_SOCKET, SO_ERROR, &why, &size) == 0 ? why : errno;
}

caf::io::network::default_multiplexer& io_of(caf::actor_system& system) {
  return dynamic_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
}

caf::io::scribe_ptr make_scribe(caf::actor_system& system, const connection_limits& limits,
                                int socket, std::shared_ptr<visitor> as, link_side side) {
  if (limits.tls)
    return make_tls_scribe(system, io_of(system), socket, limits.port, std::move(as), side);
  return caf::make_counted<guarded_scribe>(io_of(system), socket, limits.port, std::move(as), side);
}

class connector final : public caf::io::middleman_actor_impl {
public:
  connector(caf::actor_config& config, caf::actor broker, const connection_limits& limits)
      : caf::io::middleman_actor_impl{config, broker}, broker_{std::move(broker)}, limits_{limits} {
  }

  // CAF's own way to connect keeps a promise until the other side has greeted, and the promise
  // keeps this actor, whose thread the system waits for at its end: for ever, where it ends
  // meanwhile. Whoever asks is answered by the broker itself.
  behavior_type make_behavior() override {
    auto rest = middleman_actor_impl::make_behavior();
    caf::message_handler connecting{
        [this](caf::connect_atom, const std::string& host, std::uint16_t port) -> get_res {
          auto made = connect(host, port);
          if (!made)
            return std::move(made.error());
          delegate(broker_, caf::connect_atom::value, std::move(*made), port);
          return get_delegated{};
        }};
    return {behavior_type::unsafe_init{}, connecting.or_else(std::move(rest.unbox()))};
  }

  // Where the other side has taken the connection and said nothing, CAF would keep it for ever.
  void on_exit() override {
    if (other_ && other_->is_stranger())
      other_->show_out();
    broker_ = nullptr;
    middleman_actor_impl::on_exit();
  }

protected:
  caf::expected<caf::io::scribe_ptr> connect(const std::string& host, std::uint16_t port) override {
    auto found = look_up_host(host, port, 0);
    for (auto* to = found.all.get(); to != nullptr; to = to->ai_next) {
      socket_guard made{
          socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol)};
      auto failed =
          made.file() < 0 ? errno : connect_within(made.file(), *to, limits_.connect_timeout);
      if (failed == 0) {
        bound_silence(made.file(), limits_.silence);
        other_ = std::make_shared<visitor>(made.file());
        if (auto scribe = make_scribe(system(), limits_, made.take(), other_, link_side::connects))
          return scribe;
        return cannot(caf::sec::cannot_connect_to_node, "no encrypted connection can be made");
      }
      found.why = std::strerror(failed);
    }
    return cannot(caf::sec::cannot_connect_to_node, found.why);
  }

  caf::expected<caf::io::doorman_ptr> open(std::uint16_t port, const char* host, bool) override {
    auto found = look_up_host(host, port, AI_PASSIVE);
    for (auto* at = found.all.get(); at != nullptr; at = at->ai_next) {
      socket_guard made{
          socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol)};
      int yes = 1; // a port that a killed node has just left may be taken at once
      setsockopt(made.file(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      if (made.file() < 0 || bind(made.file(), at->ai_addr, at->ai_addrlen) != 0
          || listen(made.file(), SOMAXCONN) != 0) {
        found.why = std::strerror(errno);
        continue;
      }
      bound_silence(made.file(), limits_.silence);
      auto welcome = [&in = system(), limits = limits_](int socket, std::shared_ptr<visitor> as) {
        caf::io::network::nonblocking(socket, true);
        return make_scribe(in, limits, socket, std::move(as), link_side::accepts);
      };
      return caf::make_counted<guarded_doorman>(io_of(system()), made.take(), limits_.port,
                                                std::move(welcome));
    }
    return cannot(caf::sec::cannot_open_port, found.why);
  }

private:
  static caf::error cannot(caf::sec what, std::string why) {
    return caf::make_error(what, std::move(why));
  }

  caf::actor broker_;
  const connection_limits limits_;
  std::shared_ptr<visitor> other_;
};

} // namespace

caf::io::middleman_actor spawn_connector(caf::actor_system& system,
                                         const connection_limits& limits) {
  auto broker = system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  return system.spawn<connector, caf::detached + caf::hidden>(std::move(broker), limits);
}

std::string certificate_hint(const connection_limits& limits) {
  if (!limits.tls)
    return {};
  return "; check also the certificates on either side: none has expired, and the other side's "
         "authority has signed each";
}

std::chrono::milliseconds reconnect_pause(const connection_limits& limits, std::uint32_t failures) {
  constexpr std::uint32_t most_doublings = 20;
  return std::min(limits.first_reconnect * (1U << std::min(failures, most_doublings)),
                  limits.longest_reconnect);
}

void use_tls(caf::actor_system_config& config, const tls_settings& settings) {
  config.load<caf::openssl::manager>();
  config.openssl_certificate = settings.certificate;
  config.openssl_key = settings.key;
  config.openssl_cafile = settings.authority;
}

result<std::uint16_t> publish_gateway(caf::actor_system& system,
                                      const caf::io::middleman_actor& connector,
                                      const gateway_actor& gateway, const network_address& where) {
  result<std::uint16_t> answer{std::uint16_t{0}};
  caf::scoped_actor self{system};
  self->request(connector, caf::infinite, caf::publish_atom::value, where.port,
                caf::actor_cast<caf::strong_actor_ptr>(gateway), system.message_types(gateway),
                where.host, false)
      .receive([&](std::uint16_t port) { answer = port; },
               [&](const caf::error& why) {
                 answer = failure{errc::invalid_argument,
                                  "cannot listen at " + where.text() + " (" + caf::to_string(why)
                                      + "); give another address (config::cluster, listen)"};
               });
  return answer;
}

} // namespace annals
