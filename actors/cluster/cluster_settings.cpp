#include <annals/actors/cluster/cluster_settings.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace annals {

namespace {

using namespace std::chrono_literals;

failure wrong_setting(std::string why) {
  return {errc::invalid_argument, "config::cluster: " + std::move(why)};
}

bool is_node_name(std::string_view name) {
  auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_good);
}

} // namespace

result<network_address> network_address::parse(std::string_view text) {
  auto colon = text.rfind(':');
  auto host = text.substr(0, colon == text.npos ? 0 : colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  auto digits = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
  network_address address{std::string{host}, 0};
  auto end = digits.data() + digits.size();
  auto read = std::from_chars(digits.data(), end, address.port);
  if (host.empty() || digits.empty() || read.ec != std::errc{} || read.ptr != end)
    return failure{errc::invalid_argument, annals::quoted(text)
                                               + " is no address; give HOST:PORT with a port "
                                                 "from 0 to 65535, as in 127.0.0.1:7000"};
  return address;
}

std::string network_address::text() const {
  auto shown = host.find(':') == host.npos ? host : '[' + host + ']';
  return shown + ':' + std::to_string(port);
}

bool network_address::is_loopback() const {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1)
    return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1)
    return IN6_IS_ADDR_LOOPBACK(&six);
  return host == "localhost";
}

result<void> check_settings(const cluster_settings& settings) {
  if (!is_node_name(settings.name))
    return wrong_setting("the name " + annals::quoted(settings.name)
                         + " of the node is none; give 1 to 64 letters, digits, '.', '-' and '_'");
  auto listen = network_address::parse(settings.listen);
  if (!listen)
    return wrong_setting("listen: " + listen.error().message);
  if (!settings.advertise.empty()) {
    auto advertised = network_address::parse(settings.advertise);
    if (!advertised)
      return wrong_setting("advertise: " + advertised.error().message);
    if (advertised->port == 0)
      return wrong_setting("nobody can reach port 0 of advertise; give the port");
  }
  if (!listen->is_loopback() && settings.tls.empty()
      && !settings.listen_without_encryption_beyond_loopback)
    return wrong_setting(
        "to listen at " + settings.listen
        + " anybody there could read and send commands; set tls, listen at "
          "127.0.0.1, or set listen_without_encryption_beyond_loopback in a network of which "
          "everybody is trusted");
  if (settings.advertise.empty() && (listen->host == "0.0.0.0" || listen->host == "::"))
    return wrong_setting("nobody can reach " + settings.listen
                         + ", which is every address of this machine; say in advertise where the "
                           "others reach it, as \"HOST:PORT\"");
  if (!(settings.weight >= 0) || settings.weight > 1e6)
    return wrong_setting("the weight is not from 0 to 1,000,000");
  if (settings.lease_time < 100ms || settings.lease_time > 1h)
    return wrong_setting("lease_time is not from 100 ms to an hour");
  if (settings.connect_timeout < 1ms)
    return wrong_setting("connect_timeout is not 1 ms or more");
  if (settings.first_reconnect < 1ms || settings.longest_reconnect < settings.first_reconnect)
    return wrong_setting("first_reconnect is not 1 ms or more, or longest_reconnect less than it");
  if (settings.give_up <= settings.lease_time)
    return wrong_setting("give_up is not more than lease_time, so that a command would be given up "
                         "before another node takes over");
  if (settings.largest_clock_difference < 1s)
    return wrong_setting("largest_clock_difference is not 1 s or more");
  if (settings.most_connections == 0)
    return wrong_setting("most_connections is not 1 or more");
  return check_tls(settings.tls);
}

} // namespace annals
