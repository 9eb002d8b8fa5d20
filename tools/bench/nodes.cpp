#include <annals/tools/bench/nodes.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/callers.hpp>
#include <annals/tools/bench/node_processes.hpp>

#include <annals/actors/leave_system.hpp>
#include <annals/actors/runtime.hpp>
#include <annals/persistence/open_store.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace annals::tools::bench {

namespace {

constexpr std::array<std::uint64_t, 2> in_flight_between_nodes{1, 64};

enum class asked { anew, again };

// Deposits to each of the accounts in turn, from one caller.
class account_round {
public:
  account_round(const account_list& accounts, const std::vector<uuid>& ids, std::uint64_t payload,
                std::size_t first)
      : accounts_{accounts}, ids_{ids}, body_{deposit_of(payload)}, turn_{first} {}

  command operator()() {
    auto which = turn_++ % accounts_.size();
    command_options options;
    if (!ids_.empty())
      options.command_id = ids_[which];
    return command_for<account>(accounts_[which], body_, options);
  }

private:
  const account_list& accounts_;
  const std::vector<uuid>& ids_;
  deposit body_;
  std::size_t turn_;
};

result<void> carry_out_first(const bench_run& run, node& at, const account_list& accounts,
                             const std::vector<uuid>& ids) {
  account_round each{accounts, ids, run.how.payload, 0};
  std::vector<std::future<reply>> answers;
  for (std::size_t i = 0; i < accounts.size(); ++i)
    answers.push_back(at.ask(each()));
  for (auto& one : answers)
    if (auto answer = one.get(); !answer)
      return answer.error();
  return {};
}

result<figures> ask_these(const bench_run& run, node& from, const account_list& accounts,
                          std::uint64_t in_flight, asked how) {
  std::vector<uuid> ids;
  if (how == asked::again) {
    std::ranges::generate_n(std::back_inserter(ids), std::ssize(accounts),
                            [] { return make_id(); });
    if (auto first = carry_out_first(run, from, accounts, ids); !first)
      return first.error();
  }
  auto& inside = from.internals();
  auto counts = spawn_requesters<receipt>(
      inside.system(), inside.dispatcher(), in_flight, [&](std::size_t first) {
        return account_round{accounts, ids, run.how.payload, first};
      });
  leave_system();
  return counts->measure(
      run.stop, [] { return true; }, run.how.window);
}

// Asks one node for its own accounts and for those of another one; each other node is a process.
result<void> measure_forwarding(const bench_run& run, const shared_place& place) {
  const auto& kind = place.kind;
  const auto others_count = std::max<std::uint64_t>(run.how.nodes, 2) - 1;
  node_processes others{run, place.url, others_count};
  if (auto there = others.wait_for_all(); !there)
    return there;
  node here{domain<account>{}, node_settings(run, place.url, "here")};
  if (!wait_until_known(run, here, place.hosts + others_count + 1))
    return stopped();
  auto own = accounts_of(here, "here");
  auto far = accounts_of(here, node_name(0));
  if (!own || !far)
    return own ? far.error() : own.error();
  for (auto in_flight : in_flight_between_nodes)
    for (auto [mode, accounts, how] :
         {std::tuple{at_home, &*own, asked::anew}, std::tuple{at_another, &*far, asked::anew},
          std::tuple{again_at_home, &*own, asked::again},
          std::tuple{again_at_another, &*far, asked::again}}) {
      run.say(kind + ", " + std::to_string(others_count + 1) + " nodes, "
              + std::to_string(in_flight) + " in flight, " + mode);
      auto measured = ask_these(run, here, *accounts, in_flight, how);
      if (!measured)
        return measured.error();
      run.book.add(nodes_subject(kind, mode, in_flight), *measured);
    }
  return {};
}

result<void> measure_nodes_on_file(const bench_run& run) {
  auto file = run.new_store("sqlite", "nodes");
  // What is made is there for all of them: of several that make it at once one would have to wait.
  if (auto made = open_store(file, {}); !made)
    return made.error();
  return measure_nodes_on(run, {.kind = "sqlite", .url = file});
}

} // namespace

result<void> measure_nodes_on(const bench_run& run, const shared_place& place) {
  if (auto measured = measure_forwarding(run, place); !measured)
    return measured;
  return measure_a_kill(run, place);
}

result<void> measure_nodes(const bench_run& run) {
  for (auto in_flight : in_flight_between_nodes) {
    run.say("bare CAF between two processes, " + std::to_string(in_flight) + " in flight");
    auto bare = measure_remote_caf(run, in_flight);
    if (!bare)
      return bare.error();
    run.book.add(nodes_subject("", bare_between_processes, in_flight), *bare);
  }
  if (std::ranges::find(run.how.stores, "sqlite") != run.how.stores.end())
    for (auto* measure : {measure_nodes_on_file, measure_nodes_on_served})
      if (auto measured = measure(run); !measured)
        return measured;
  return run.how.postgres.empty() ? result<void>{} : measure_nodes_on_postgres(run);
}

} // namespace annals::tools::bench
