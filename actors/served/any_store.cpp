#include <annals/actors/served/any_store.hpp>

#include <annals/actors/served/served_line.hpp>
#include <annals/messages/text.hpp>
#include <annals/persistence/served/remote_store.hpp>

#include <charconv>

namespace annals {

namespace {

constexpr std::string_view served_scheme = "annals://";

failure wrong_url(const std::string& why) {
  return {errc::invalid_argument, "the store's URL: " + why};
}

result<void> set_time(std::chrono::milliseconds& time, std::string_view name,
                      std::string_view value) {
  std::int64_t count = 0;
  auto end = value.data() + value.size();
  auto read = std::from_chars(value.data(), end, count);
  if (read.ec != std::errc{} || read.ptr != end || count < 1 || count > 1'000'000'000)
    return wrong_url(annals::quoted(value) + " is not a number of milliseconds from 1 on for "
                     + std::string{name});
  time = std::chrono::milliseconds{count};
  return {};
}

result<void> set_parameter(served_store_settings& settings, std::string_view text) {
  auto equals = text.find('=');
  auto name = text.substr(0, equals);
  auto value = equals == text.npos ? std::string_view{} : text.substr(equals + 1);
  if (name == "certificate")
    settings.tls.certificate = value;
  else if (name == "key")
    settings.tls.key = value;
  else if (name == "authority")
    settings.tls.authority = value;
  else if (name == "give_up")
    return set_time(settings.give_up, name, value);
  else if (name == "connect_timeout")
    return set_time(settings.connect_timeout, name, value);
  else
    return wrong_url("nothing is known by " + annals::quoted(name)
                     + "; give certificate, key, authority, give_up or connect_timeout");
  return {};
}

result<served_store_settings> parse_served(std::string_view url, const cluster_settings& like) {
  served_store_settings settings;
  settings.connect_timeout = like.connect_timeout;
  settings.first_reconnect = like.first_reconnect;
  settings.longest_reconnect = like.longest_reconnect;
  settings.give_up = like.give_up;
  settings.silence = like.lease_time;
  settings.tls = like.tls;
  auto rest = url.substr(served_scheme.size());
  auto question = rest.find('?');
  auto where = network_address::parse(rest.substr(0, question));
  if (!where)
    return wrong_url(where.error().message);
  if (where->port == 0)
    return wrong_url("nobody can reach port 0; give the port at which the node listens");
  settings.addresses->give({std::move(*where)});
  auto parameters = question == rest.npos ? std::string_view{} : rest.substr(question + 1);
  while (!parameters.empty()) {
    auto end = std::min(parameters.find('&'), parameters.size());
    if (auto good = set_parameter(settings, parameters.substr(0, end)); !good)
      return good.error();
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return settings;
}

} // namespace

result<std::unique_ptr<event_store>> open_any_store(std::string_view url, store_options options,
                                                    const cluster_settings& like) {
  if (!url.starts_with(served_scheme))
    return open_store(url, options);
  auto settings = parse_served(url, like);
  if (!settings)
    return settings.error();
  auto line = open_line(*settings);
  if (!line)
    return line.error();
  return served::make_remote_store(std::move(*line), options.mode);
}

} // namespace annals
