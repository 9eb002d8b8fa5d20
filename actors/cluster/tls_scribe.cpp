#include <annals/actors/cluster/tls_scribe.hpp>

#include <annals/actors/cluster/guarded_port.hpp>
#include <annals/actors/log.hpp>

#include <caf/io/network/interfaces.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <caf/openssl/session.hpp>

#include <openssl/err.h>
#include <spdlog/logger.h>

#include <unistd.h>

namespace annals {

namespace {

using caf::io::network::native_socket;
using caf::io::network::rw_state;

// OpenSSL keeps errors by thread, and takes one that another connection has left there for this
// one's: CAF does not clear them, so that somebody's garbage would end the connections of others.
struct tls_policy {
  caf::openssl::session_ptr session;

  rw_state read_some(std::size_t& result, native_socket from, void* to, std::size_t length) {
    ERR_clear_error();
    return session->read_some(result, from, to, length);
  }
  rw_state write_some(std::size_t& result, native_socket to, const void* from, std::size_t length) {
    ERR_clear_error();
    return session->write_some(result, to, from, length);
  }
  bool must_read_more(native_socket from, std::size_t threshold) {
    return session->must_read_more(from, threshold);
  }
};

// As CAF's own, which its library does not show.
class tls_scribe final : public caf::io::scribe {
public:
  tls_scribe(caf::io::network::default_multiplexer& io, int socket,
             caf::openssl::session_ptr session, const port_limits& limits,
             std::shared_ptr<visitor> as, link_side side)
      : caf::io::scribe{caf::io::network::conn_hdl_from_socket(socket)},
        stream_{io, socket, tls_policy{std::move(session)}}, guard_{limits, std::move(as), side,
                                                                    io.system().node()} {}

  bool consume(caf::execution_unit* unit, const void* data, std::size_t size) override {
    if (guard_.lets_pass(data, size))
      return scribe::consume(unit, data, size);
    io_failure(unit, caf::io::network::operation::read); // or the broker would keep it
    return false;
  }

  void configure_read(caf::io::receive_policy::config wanted) override {
    stream_.configure_read(wanted);
    if (!std::exchange(launched_, true)) {
      stream_.start(this);
      stream_.force_empty_write(this); // goes on with the handshake
    }
  }
  void ack_writes(bool enable) override { stream_.ack_writes(enable); }
  std::vector<char>& wr_buf() override { return stream_.wr_buf(); }
  std::vector<char>& rd_buf() override { return stream_.rd_buf(); }
  void graceful_shutdown() override {
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }
  void flush() override { stream_.flush(this); }
  std::string addr() const override {
    auto known = caf::io::network::remote_addr_of_fd(stream_.fd());
    return known ? *known : "";
  }
  std::uint16_t port() const override {
    auto known = caf::io::network::remote_port_of_fd(stream_.fd());
    return known ? *known : std::uint16_t{0};
  }
  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override {
    stream_.passivate();
    let_go_unwaited(stream_, caf::io::scribe_ptr{this});
  }

private:
  caf::io::network::stream_impl<tls_policy> stream_;
  read_guard guard_; // goes before the socket is closed
  bool launched_ = false;
};

// CAF throws where it cannot use the files that the settings name.
caf::openssl::session_ptr new_session(caf::actor_system& system, int socket, link_side side) {
  ERR_clear_error();
  try {
    return caf::openssl::make_session(system, socket, side == link_side::accepts);
  } catch (const std::exception& failed) {
    log().error("an encrypted connection cannot be made: {}; look at the files of "
                "config::cluster's tls",
                failed.what());
    return nullptr;
  }
}

} // namespace

caf::io::scribe_ptr make_tls_scribe(caf::actor_system& system,
                                    caf::io::network::default_multiplexer& io, int socket,
                                    const port_limits& limits, std::shared_ptr<visitor> as,
                                    link_side side) {
  if (auto session = new_session(system, socket, side))
    return caf::make_counted<tls_scribe>(io, socket, std::move(session), limits, std::move(as),
                                         side);
  as->gone();
  close(socket);
  return nullptr;
}

} // namespace annals
