#include "tests/cluster/private_network.hpp"

#include "tests/examples/program.hpp"

#include <cerrno>
#include <csignal>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace annals::tests::cluster {

namespace {

constexpr auto ip_program = "/usr/sbin/ip";
constexpr std::string_view network_prefix = "an";

program_end ask_ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), ip_program);
  return run(arguments);
}

void ip(const std::vector<std::string>& arguments) {
  auto ended = ask_ip(arguments);
  if (ended.code == 0)
    return;
  std::string line = ip_program;
  for (const auto& argument : arguments)
    line += ' ' + argument;
  throw std::runtime_error{line + " ended with " + std::to_string(ended.code) + ": " + ended.err};
}

void remove(const std::vector<std::string>& arguments) noexcept {
  try {
    ip(arguments);
  } catch (const std::exception& why) {
    std::cerr << why.what() << std::endl;
  }
}

// Whether a name is one of ours, "an4711n1", of a process that there is no more.
bool is_left_over(std::string_view name) {
  if (!name.starts_with(network_prefix))
    return false;
  const auto owner = std::atoi(name.data() + network_prefix.size());
  return owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH;
}

// A test that was killed could not remove what it had made.
void remove_what_is_left_over() {
  std::string line, name;
  for (std::istringstream spaces{ask_ip({"netns", "list"}).out}; std::getline(spaces, line);)
    if (std::istringstream{line} >> name && is_left_over(name))
      remove({"netns", "del", name});
  // "an4711  UNKNOWN …"
  for (std::istringstream links{ask_ip({"-br", "link", "show", "type", "bridge"}).out};
       std::getline(links, line);)
    if (std::istringstream{line} >> name && is_left_over(name))
      remove({"link", "del", name});
}

} // namespace

// The names and the addresses follow from the process id, so that runs side by side do not meet.
private_network::private_network() : name_{std::string{network_prefix} + std::to_string(getpid())} {
  subnet_ = "10." + std::to_string(64 + getpid() % 128) + '.' + std::to_string(getpid() / 128 % 256)
            + '.';
  if (access(ip_program, X_OK) != 0) {
    why_not_ =
        std::string{"there is no "} + ip_program + "; on Debian 12: apt-get install iproute2";
    return;
  }
  try {
    make();
    is_there_ = true;
  } catch (const std::runtime_error& why) {
    why_not_ = why.what();
    ask_ip({"link", "del", name_});
  }
}

void private_network::make() {
  remove_what_is_left_over();
  // With an address of its own: else it has the lowest of its ports, and when the one that has it
  // is cut off the others go on sending to where nobody is, for longer than a connection may take.
  ip({"link", "add", name_, "address", "02:00:00:00:00:fe", "type", "bridge"});
  ip({"addr", "add", subnet_ + "254/24", "dev", name_});
  ip({"link", "set", name_, "up"});
  ip({"netns", "add", space("try")});
  ip({"netns", "del", space("try")});
}

private_network::~private_network() {
  for (const auto& [node, host] : hosts_)
    remove({"netns", "del", space(node)});
  if (is_there_)
    remove({"link", "del", name_});
}

std::string private_network::own_address() const {
  return is_there_ ? subnet_ + "254" : "127.0.0.1";
}

std::string private_network::address_of(const std::string& node) {
  if (!is_there_)
    return "127.0.0.1";
  auto [known, is_new] = hosts_.try_emplace(node, static_cast<int>(hosts_.size()) + 1);
  auto address = subnet_ + std::to_string(known->second);
  if (!is_new)
    return address;
  auto in = space(node);
  ip({"netns", "add", in});
  ip({"link", "add", in, "type", "veth", "peer", "name", "eth0", "netns", in});
  ip({"link", "set", in, "master", name_, "up"});
  ip({"-n", in, "addr", "add", address + "/24", "dev", "eth0"});
  ip({"-n", in, "link", "set", "eth0", "up"});
  ip({"-n", in, "link", "set", "lo", "up"});
  return address;
}

std::vector<std::string> private_network::entering(const std::string& node) const {
  if (!is_there_)
    return {};
  return {ip_program, "netns", "exec", space(node)};
}

void private_network::cut(const std::string& node) { ip({"link", "set", space(node), "nomaster"}); }

void private_network::mend(const std::string& node) {
  ip({"link", "set", space(node), "master", name_});
}

} // namespace annals::tests::cluster
