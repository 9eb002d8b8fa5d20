#include <annals/tools/commands/commands.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>
#include <annals/tools/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

using std::chrono::milliseconds;

constexpr int drain_glance_ms = 50;
// Of a node that serves the store and is ending.
constexpr std::chrono::seconds longest_answer{3};

class drain_command : public subcommand {
public:
  drain_command()
      : subcommand{"drain", "Have a node hand over what it has and end; waits until it has."} {}

  void declare(CLI::App& line) override {
    line.add_option("NODE", node_, "The node's name.")->required();
    line.add_option("--timeout", timeout_ms_, "How many milliseconds to wait for it (60000).")
        ->check(check_from_one);
  }

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::existing);
    if (!opened)
      return opened.error();
    auto leases = opened->store->open_leases();
    if (!leases)
      return tool_failure{leases.error()};
    auto seen = see_leases(*opened->store);
    if (!seen)
      return seen.error();
    const auto* node = seen->nodes.find(node_);
    if (node == nullptr)
      return tool_failure{failure{errc::not_found, "there is no node " + annals::quoted(node_)
                                                       + "; `nodes` lists those that there are"}};
    const auto until = std::chrono::steady_clock::now() + milliseconds{timeout_ms_};
    auto wish = make_wish(ctx, **leases, *node, until);
    if (!wish)
      return tool_failure{wish.error()};
    auto end = wait_until_gone(ctx, *opened->store, **leases, *node, until);
    // Where that fails the wish runs out: it is for this run of the node.
    if (!end || *end == ending::handed_over)
      static_cast<void>((*leases)->release(wish->name, wish->token));
    if (!end)
      return end.error();
    auto printed = ctx.options.json ? ctx.out.line(json_object{}.add("drained", node_).text())
                                    : ctx.out.line("the node " + node_ + " has handed over");
    if (!printed)
      return printed.error();
    return exit_code::done;
  }

private:
  enum class ending {
    handed_over,
    // The node was the one that serves the store, which went with it.
    store_went_too,
  };

  // Those who write take turns, and may leave none for a while.
  result<lease> make_wish(const context& ctx, lease_store& leases, const member& node,
                          std::chrono::steady_clock::time_point until) const {
    const lease_claim claim{drain_wish(node_), "drain", node.incarnation,
                            milliseconds{timeout_ms_}};
    auto wish = leases.acquire(claim);
    while (!wish && wish.error().code == errc::store_locked
           && std::chrono::steady_clock::now() < until && !ctx.stop.wait(drain_glance_ms))
      wish = leases.acquire(claim);
    return wish;
  }

  outcome<ending> wait_until_gone(const context& ctx, event_store& store, lease_store& leases,
                                  const member& node,
                                  std::chrono::steady_clock::time_point until) const {
    const bool serves = ctx.options.store.starts_with("annals://" + node.address);
    const auto name = node_lease(node_);
    while (!ctx.stop.wait(drain_glance_ms)) {
      if (serves)
        store.give_up_at(std::chrono::steady_clock::now() + longest_answer);
      auto held = leases.list(name);
      if (!held && serves && held.error().code == errc::store_unavailable)
        return ending::store_went_too;
      if (!held)
        return tool_failure{held.error()};
      if (std::ranges::none_of(*held, [&](const lease& one) {
            return one.name == name && one.owner == node.incarnation && one.is_live();
          }))
        return ending::handed_over;
      if (std::chrono::steady_clock::now() > until)
        return tool_failure{failure{errc::timed_out, "the node " + annals::quoted(node_)
                                                         + " has not handed over in time; it may "
                                                           "still do so"}};
    }
    return ctx.interrupted("stopped waiting; the node may still hand over");
  }

  std::string node_;
  std::int64_t timeout_ms_ = 60'000;
};

} // namespace

std::unique_ptr<subcommand> make_drain() { return std::make_unique<drain_command>(); }

} // namespace annals::tools
