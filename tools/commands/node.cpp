#include <annals/tools/commands/commands.hpp>
#include <annals/tools/commands/tls_options.hpp>

#include <annals/actors/node.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <unistd.h>

namespace annals::tools {

namespace {

// As long as the lease's own times, so that it is noticed about as fast.
constexpr int node_glance_ms = 50;

std::string default_node_name() {
  char host[64] = "node";
  if (gethostname(host, sizeof host - 1) != 0)
    host[0] = '\0';
  return (host[0] != '\0' ? std::string{host}.substr(0, 40) : "node") + '-'
         + std::to_string(getpid());
}

class node_command : public subcommand {
public:
  node_command()
      : subcommand{"node", "Run the application as one of several nodes over one store, until "
                           "SIGINT or SIGTERM, or until it is drained. The program's own function "
                           "is not called, so that subscriptions which it begins are not there."} {}

  void declare(CLI::App& line) override {
    line.add_option("--name", settings_.name,
                    "What the node is called, unlike any other (host name and process id).");
    line.add_option("--listen", settings_.listen,
                    "Where it listens for the others, HOST:PORT (127.0.0.1:0, any free port).");
    line.add_option("--advertise", settings_.advertise,
                    "Where the others reach it, HOST:PORT, where that is not --listen; needed "
                    "where it listens at every address.");
    line.add_option("--weight", settings_.weight,
                    "Its share of all that is placed, from aggregates to subscriptions, 0 to "
                    "1000000 (1); at 0 it runs none.");
    line.add_option("--lease-time", lease_time_ms_,
                    "After how many milliseconds without a sign of life others take over, 100 to "
                    "3600000, and less than --give-up (3000).")
        ->check(check_from_one);
    line.add_option("--connect-timeout", connect_timeout_ms_,
                    "How many milliseconds to wait for another node to be reached (1000).")
        ->check(check_from_one);
    line.add_option("--first-reconnect", first_reconnect_ms_,
                    "After how many milliseconds a node that could not be reached is tried again "
                    "(50), then after twice as long each time.")
        ->check(check_from_one);
    line.add_option("--longest-reconnect", longest_reconnect_ms_,
                    "The longest of these pauses, in milliseconds (1000).")
        ->check(check_from_one);
    line.add_option("--largest-clock-difference", largest_clock_difference_ms_,
                    "How many milliseconds this machine's clock may be from the store's, 1000 or "
                    "more (60000).")
        ->check(check_from_one);
    line.add_option("--most-connections", settings_.most_connections,
                    "The most connections of nodes and clients at its port (1024).")
        ->check(check_from_one);
    line.add_option("--give-up", give_up_ms_,
                    "For how many milliseconds a command is sent to other nodes, and a store that "
                    "a node serves is waited for; more than --lease-time (30000).")
        ->check(check_from_one);
    line.add_flag("--serve-store", settings_.serve_store,
                  "Serve the store to other nodes, which open it with --store annals://HOST:PORT, "
                  "the address of this one.");
    declare_tls(line, settings_.tls);
    line.add_flag("--listen-without-encryption",
                  settings_.listen_without_encryption_beyond_loopback,
                  "Listen beyond the loopback interface, where whoever reaches the port can send "
                  "commands.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    auto settings = ctx.node_settings();
    settings_.lease_time = std::chrono::milliseconds{lease_time_ms_};
    settings_.give_up = std::chrono::milliseconds{give_up_ms_};
    settings_.connect_timeout = std::chrono::milliseconds{connect_timeout_ms_};
    settings_.first_reconnect = std::chrono::milliseconds{first_reconnect_ms_};
    settings_.longest_reconnect = std::chrono::milliseconds{longest_reconnect_ms_};
    settings_.largest_clock_difference = std::chrono::milliseconds{largest_clock_difference_ms_};
    if (settings_.name.empty())
      settings_.name = default_node_name();
    settings.cluster = settings_;
    auto started = node::start(ctx.domain, settings);
    if (!started)
      return tool_failure::opening(started.error());
    if (auto told = tell(ctx, **started); !told)
      return told.error();
    while (!ctx.stop.wait(node_glance_ms) && !(*started)->asked_to_leave())
      continue;
    (*started)->stop();
    if (ctx.stopping())
      return ctx.interrupted("the node " + settings_.name + " has handed over and stopped");
    return exit_code::done;
  }

private:
  outcome<> tell(context& ctx, const node& running) const {
    std::string address;
    for (const auto& one : running.nodes())
      if (one.name == settings_.name)
        address = one.address;
    auto text = ctx.options.json
                    ? json_object{}.add("node", settings_.name).add("address", address).text()
                    : "node " + settings_.name + " is there, at " + address;
    if (auto written = ctx.out.line(text); !written)
      return written;
    return ctx.out.flush();
  }

  cluster_settings settings_;
  std::int64_t lease_time_ms_ = settings_.lease_time.count();
  std::int64_t give_up_ms_ = settings_.give_up.count();
  std::int64_t connect_timeout_ms_ = settings_.connect_timeout.count();
  std::int64_t first_reconnect_ms_ = settings_.first_reconnect.count();
  std::int64_t longest_reconnect_ms_ = settings_.longest_reconnect.count();
  std::int64_t largest_clock_difference_ms_ = settings_.largest_clock_difference.count();
};

} // namespace

std::unique_ptr<subcommand> make_node() { return std::make_unique<node_command>(); }

} // namespace annals::tools
