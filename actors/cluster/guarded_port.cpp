#include <annals/actors/cluster/guarded_port.hpp>

#include <annals/actors/log.hpp>

#include <caf/actor_system.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace annals {

namespace {

using caf::io::network::default_multiplexer;
using caf::io::network::operation;
using std::chrono::milliseconds;

constexpr milliseconds between_sweeps{250};
constexpr milliseconds between_warnings{60'000};
constexpr milliseconds between_forgetting{60'000};

port_limits within_open_files(port_limits wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
    wanted.most_connections =
        std::min<std::size_t>(wanted.most_connections, std::max<rlim_t>(1, files.rlim_cur / 2));
  return wanted;
}

} // namespace

guarded_scribe::guarded_scribe(default_multiplexer& io, int socket, const port_limits& limits,
                               std::shared_ptr<visitor> as, link_side side)
    : caf::io::network::scribe_impl{io, socket}, guard_{limits, std::move(as), side,
                                                        io.system().node()} {}

bool guarded_scribe::consume(caf::execution_unit* unit, const void* data, std::size_t size) {
  if (guard_.lets_pass(data, size))
    return scribe_impl::consume(unit, data, size);
  io_failure(unit, operation::read); // or the broker would keep it
  return false;
}

void guarded_scribe::remove_from_loop() {
  scribe_impl::remove_from_loop();
  let_go_unwaited(stream_, caf::io::scribe_ptr{this});
}

void let_go_unwaited(caf::io::network::stream& of, caf::io::scribe_ptr owner) {
  if (of.eventbf() == 0)
    of.backend().post([&of, owner] { of.removed_from_loop(operation::read); });
}

// The multiplexer would have settings of a socket for what it is given to begin with.
port_clock::port_clock(default_multiplexer& io, milliseconds interval, std::function<void()> tick)
    : caf::io::network::event_handler{io, caf::io::network::invalid_native_socket}, tick_{std::move(
                                                                                        tick)} {
  fd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  const timespec every{interval.count() / 1000, interval.count() % 1000 * 1'000'000};
  const itimerspec when{every, every};
  if (fd_ < 0 || timerfd_settime(fd_, 0, &when, nullptr) != 0)
    log().error("there is no timer for the port: slow strangers are shown out when others come");
}

void port_clock::start(caf::io::network::manager* owner) {
  if (fd_ < 0 || owner_ != nullptr)
    return;
  owner_.reset(owner);
  activate();
}

void port_clock::handle_event(operation what) {
  std::uint64_t times = 0;
  if (what == operation::read && read(fd_, &times, sizeof times) > 0)
    tick_();
}

void port_clock::removed_from_loop(operation what) {
  if (what == operation::read)
    owner_.reset();
}

guarded_doorman::guarded_doorman(default_multiplexer& io, int socket, const port_limits& limits,
                                 welcome make)
    : caf::io::network::doorman_impl{io, socket}, limits_{within_open_files(limits)},
      make_{std::move(make)}, clock_{io, between_sweeps, [this] {
                                       show_out_the_late();
                                       forget_gone_nodes();
                                     }} {}

bool guarded_doorman::new_connection() {
  if (detached())
    return false;
  show_out_the_late();
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

void guarded_doorman::launch() {
  doorman_impl::launch();
  clock_.start(this);
}

void guarded_doorman::add_to_loop() {
  doorman_impl::add_to_loop();
  clock_.start(this);
}

void guarded_doorman::remove_from_loop() {
  doorman_impl::remove_from_loop();
  clock_.stop();
}

void guarded_doorman::show_out_the_late() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(visitors_, [&](const auto& one) {
    const bool late = one->is_late(now, limits_);
    if (late)
      one->show_out();
    return late || one->is_gone();
  });
}

// CAF 0.17 keeps an actor for each node that it has ever met, to ask it to spawn others; nobody
// does, and each client is a node. This is the thread of the broker that has them.
void guarded_doorman::forget_gone_nodes() {
  const auto now = std::chrono::steady_clock::now();
  if (now - forgot_ < between_forgetting)
    return;
  forgot_ = now;
  auto* broker = dynamic_cast<caf::io::basp_broker*>(parent());
  if (broker == nullptr)
    return;
  std::erase_if(broker->spawn_servers, [&](const auto& one) {
    const bool is_gone = !broker->instance.tbl().lookup(one.first);
    if (is_gone)
      caf::anon_send_exit(one.second, caf::exit_reason::kill);
    return is_gone;
  });
}

// Whoever has greeted makes room last: he may be another node, which comes again.
void guarded_doorman::make_room() {
  auto show_out = [this](auto one) {
    (*one)->show_out();
    visitors_.erase(one);
  };
  auto is_stranger = [](const auto& one) { return one->is_stranger(); };
  const auto strangers = std::ranges::count_if(visitors_, is_stranger);
  if (strangers >= static_cast<std::ptrdiff_t>(limits_.most_strangers)
      || (strangers > 0 && visitors_.size() >= limits_.most_connections))
    show_out(std::ranges::find_if(visitors_, is_stranger));
  if (!visitors_.empty() && visitors_.size() >= limits_.most_connections) {
    warn_of_crowd(visitors_.size());
    show_out(
        std::ranges::min_element(visitors_, {}, [](const auto& one) { return one->last_heard(); }));
  }
}

void guarded_doorman::warn_of_crowd(std::size_t connections) {
  const auto now = std::chrono::steady_clock::now();
  if (warned_ && now - *warned_ < between_warnings)
    return;
  warned_ = now;
  log().warn("there are {} connections at the port, as many as it may have: the one that was "
             "silent the longest is closed for each new one; raise most_connections "
             "(--most-connections), or the open files of the process (ulimit -n), of which it "
             "takes half at most",
             connections);
}

} // namespace annals
