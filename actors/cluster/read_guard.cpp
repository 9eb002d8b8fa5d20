#include <annals/actors/cluster/read_guard.hpp>

#include <annals/actors/cluster/message_check.hpp>
#include <annals/actors/log.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/io/basp/header.hpp>

#include <spdlog/logger.h>

#include <algorithm>

#include <sys/socket.h>

namespace annals {

namespace {

namespace basp = caf::io::basp;

// A client's greeting is a node's id and nothing else; such an id is shorter by far.
constexpr std::size_t longest_client_greeting = 1024;

// Whether a greeting begins with the id of a node that is not this one, and ends with it where it
// should.
bool greets_well(std::string_view greeting, const caf::node_id& self, bool has_more) {
  caf::binary_deserializer source{nullptr, greeting.data(), greeting.size()};
  caf::node_id who;
  return !source(who) && who && who != self && (has_more || source.remaining() == 0);
}

} // namespace

bool visitor::is_stranger() const {
  std::lock_guard guard{mutex_};
  return socket_ >= 0 && !greeted_;
}

bool visitor::is_gone() const {
  std::lock_guard guard{mutex_};
  return socket_ < 0;
}

bool visitor::is_late(time now, const port_limits& limits) const {
  std::lock_guard guard{mutex_};
  const std::chrono::seconds needed{announced_ / limits.slowest};
  return (!greeted_ && now - since_ >= limits.greeting)
         || (announced_ != 0
             && now - heard_ >= std::max<std::chrono::milliseconds>(limits.message, needed));
}

visitor::time visitor::last_heard() const {
  std::lock_guard guard{mutex_};
  return heard_;
}

void visitor::heard(std::size_t announced) {
  std::lock_guard guard{mutex_};
  heard_ = std::chrono::steady_clock::now();
  announced_ = announced;
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

read_guard::read_guard(const port_limits& limits, std::shared_ptr<visitor> as, link_side side,
                       caf::node_id self)
    : longest_{limits.longest_message}, as_{std::move(as)}, side_{side}, self_{std::move(self)} {}

bool read_guard::lets_pass(const void* data, std::size_t size) {
  const std::string_view read{static_cast<const char*>(data), size};
  auto wrong = announced_ == 0 ? look_at_header(read) : look_at_payload(read);
  if (!wrong.empty()) {
    // Strangers fill no logs.
    log().log(greeting_.empty() ? spdlog::level::debug : spdlog::level::warn,
              "a connection was closed: {}", wrong);
    as_->show_out();
    return false;
  }
  as_->heard(announced_);
  return true;
}

std::string read_guard::look_at_header(std::string_view header) {
  caf::binary_deserializer source{nullptr, header.data(), header.size()};
  basp::header read{};
  if (source(read) || !basp::valid(read))
    return "it speaks another protocol";
  operation_ = read.operation;
  announced_ = read.payload_len;
  if (announced_ > longest_)
    return "a message of " + std::to_string(announced_) + " bytes was announced, "
           + std::to_string(longest_) + " are allowed";
  if (!basp::is_handshake(read))
    return greeting_.empty() ? "it did not greet first" : "";
  const auto expected = side_ == link_side::accepts ? basp::message_type::client_handshake
                                                    : basp::message_type::server_handshake;
  if (read.operation != expected || announced_ == 0)
    return "it greeted in a way that no node does";
  return look_at_greeting(read.has(basp::header::select_connection_flag));
}

// Who has connected greets twice, and says the second time that this connection is to be used. CAF
// would use it for ever, also when it has gone, if that came first.
std::string read_guard::look_at_greeting(bool selects) const {
  const bool is_again = !greeting_.empty();
  if (side_ == link_side::connects)
    return is_again ? "it greeted again" : "";
  if (selects != is_again || announced_ > longest_client_greeting)
    return "it greeted in a way that no node does";
  return "";
}

std::string read_guard::look_at_payload(std::string_view payload) {
  announced_ = 0;
  if (operation_ != basp::message_type::client_handshake
      && operation_ != basp::message_type::server_handshake)
    return reads_safely(operation_, payload) ? "" : "it sent what no node sends";
  if (!greeting_.empty())
    return payload == greeting_ ? "" : "it greeted as another node";
  if (!greets_well(payload, self_, side_ == link_side::connects))
    return "it greeted as no other node";
  greeting_ = payload;
  as_->greeted();
  return "";
}

} // namespace annals
