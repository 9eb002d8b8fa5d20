#include <annals/tools/bench/nodes.hpp>

#include <annals/tools/bench/node_processes.hpp>

namespace annals::tools::bench {

namespace {

constexpr auto host_name = "host";
constexpr std::string_view where = "at ";

// A node without aggregates, in a process of its own, that serves its file.
void serve_file(const bench_run& run, const std::string& file, const forked::teller& tell,
                const std::function<void()>& wait) {
  auto settings = node_settings(run, file, host_name);
  settings.cluster->weight = 0;
  settings.cluster->serve_store = true;
  node serving{domain<account>{}, settings};
  wait_until_known(run, serving, 1);
  for (const auto& one : serving.nodes())
    tell(std::string{where} + one.address);
  wait();
}

} // namespace

result<void> measure_nodes_on_served(const bench_run& run) {
  auto file = run.new_store("sqlite", "served");
  forked host{[&](const forked::teller& tell, const std::function<void()>& wait) {
    serve_file(run, file, tell, wait);
  }};
  auto said = host.hear();
  if (!said.starts_with(where))
    return failure{errc::internal, "the node that serves the store cannot be started: " + said};
  return measure_nodes_on(
      run, {.kind = "served sqlite", .url = "annals://" + said.substr(where.size()), .hosts = 1});
}

} // namespace annals::tools::bench
