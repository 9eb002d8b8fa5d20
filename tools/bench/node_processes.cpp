#include <annals/tools/bench/node_processes.hpp>

#include <annals/tools/bench/bench_node.hpp>

#include <chrono>
#include <future>
#include <thread>

namespace annals::tools::bench {

namespace {

constexpr std::uint64_t accounts_each = 300;

} // namespace

config node_settings(const bench_run& run, const std::string& store, const std::string& name) {
  auto settings = config_for(store);
  settings.cluster.emplace();
  settings.cluster->name = name;
  settings.cluster->lease_time = run.how.lease_time;
  return settings;
}

std::string node_name(std::uint64_t number) { return "node-" + std::to_string(number); }

node_processes::node_processes(const bench_run& run, const std::string& store,
                               std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    all_.push_back(std::make_unique<forked>(
        [&, i](const forked::teller& tell, const std::function<void()>& wait) {
          node running{domain<account>{}, node_settings(run, store, node_name(i))};
          tell("there");
          wait();
        }));
}

result<void> node_processes::wait_for_all() {
  for (auto& one : all_)
    if (auto said = one->hear(); said != "there")
      return failure{errc::internal, "a node cannot be started: " + said};
  return {};
}

bool wait_until_known(const bench_run& run, node& to, std::size_t count) {
  while (to.nodes().size() < count && !run.stopping())
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return !run.stopping();
}

result<account_list> accounts_of(node& seen, const std::string& of) {
  account_list found;
  std::vector<std::future<reply>> asked;
  for (std::uint64_t i = 0; found.size() < accounts_each; ++i)
    if (auto id = account_id(i); seen.owner_of<account>(id) == of) {
      found.push_back(id);
      asked.push_back(seen.ask<account>(id, deposit{1, ""}));
    }
  for (auto& one : asked)
    if (auto answer = one.get(); !answer)
      return answer.error();
  return found;
}

} // namespace annals::tools::bench
