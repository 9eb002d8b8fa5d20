#include <annals/actors/cluster/guarded_port.hpp>

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>

#include <sys/socket.h>

namespace annals {

namespace {

// In BASP a read is of a header, or of what follows it: with the third one a whole message came.
constexpr int reads_of_a_greeting = 3;

} // namespace

bool visitor::is_stranger() const {
  std::lock_guard guard{mutex_};
  return socket_ >= 0 && !greeted_;
}

void visitor::greeted() {
  std::lock_guard guard{mutex_};
  greeted_ = true;
}

void visitor::gone() {
  std::lock_guard guard{mutex_};
  socket_ = -1;
}

// The multiplexer notices, and frees what it has of the connection.
void visitor::show_out() {
  std::lock_guard guard{mutex_};
  if (socket_ >= 0)
    shutdown(socket_, SHUT_RDWR);
}

void read_guard::check(caf::io::receive_policy::config& wanted) {
  if (++reads_ == reads_of_a_greeting)
    as_->greeted();
  if (wanted.second > longest_) {
    log().warn("a connection was closed: a message of {} bytes was announced, {} are allowed",
               wanted.second, longest_);
    as_->show_out();
    wanted.second = 1; // which never come
  }
}

guarded_scribe::guarded_scribe(caf::io::network::default_multiplexer& io, int socket,
                               const port_limits& limits, std::shared_ptr<visitor> as)
    : caf::io::network::scribe_impl{io, socket}, guard_{limits.longest_message, std::move(as)} {}

void guarded_scribe::configure_read(caf::io::receive_policy::config wanted) {
  guard_.check(wanted);
  caf::io::network::scribe_impl::configure_read(wanted);
}

bool guarded_doorman::new_connection() {
  if (detached())
    return false;
  make_room();
  auto& io = acceptor_.backend();
  auto socket = acceptor_.accepted_socket();
  auto guest = make_(socket, visitors_.emplace_back(std::make_shared<visitor>(socket)));
  if (guest == nullptr)
    return false;
  auto handle = guest->hdl();
  parent()->add_scribe(std::move(guest));
  return doorman::new_connection(&io, handle);
}

void guarded_doorman::make_room() {
  std::erase_if(visitors_, [](const auto& one) { return !one->is_stranger(); });
  const auto latest = std::chrono::steady_clock::now() - limits_.greeting;
  std::size_t left = visitors_.size();
  for (const auto& one : visitors_) {
    if (one->since() > latest && left < limits_.most_strangers)
      return;
    one->show_out();
    --left;
  }
}

} // namespace annals
