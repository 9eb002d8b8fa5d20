#include "tests/cluster/private_network.hpp"

#include "tests/examples/program.hpp"

#include <unistd.h>

namespace annals::tests::cluster {

namespace {

constexpr auto ip_program = "/usr/sbin/ip";

bool ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), ip_program);
  return run(arguments).code == 0;
}

} // namespace

// The names and the addresses follow from the process id, so that runs side by side do not meet.
private_network::private_network() : name_{"an" + std::to_string(getpid() % 100'000)} {
  subnet_ = "10." + std::to_string(64 + getpid() % 128) + '.' + std::to_string(getpid() / 128 % 256)
            + '.';
  is_there_ = access(ip_program, X_OK) == 0 && ip({"link", "add", name_, "type", "bridge"})
              && ip({"addr", "add", subnet_ + "254/24", "dev", name_})
              && ip({"link", "set", name_, "up"}) && ip({"netns", "add", space("try")})
              && ip({"netns", "del", space("try")});
}

private_network::~private_network() {
  for (const auto& [node, host] : hosts_)
    ip({"netns", "del", space(node)});
  ip({"link", "del", name_});
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
