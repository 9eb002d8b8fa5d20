#include <annals/tools/commands/commands.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/process_board.hpp>
#include <annals/actors/target_notes.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace annals::tools {

namespace {

// More would keep the caller waiting, and say the same.
constexpr std::size_t counted_streams = 100'000;

class nodes_command : public subcommand {
public:
  nodes_command()
      : subcommand{"nodes", "List the nodes that are there: addresses, leases, shares of the "
                            "first 100,000 streams, and which projections, targets, process "
                            "managers and subscriptions each runs."} {}

  void declare(CLI::App&) override {}

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto seen = see_leases(*opened->store);
    if (!seen)
      return seen.error();
    auto rows = rows_of(*seen);
    if (auto counted = count_streams(*opened->reader, seen->nodes, rows); !counted)
      return counted.error();
    if (auto added = add_lags(*opened->reader, rows); !added)
      return added.error();
    if (rows.empty() && !ctx.options.json)
      return no_nodes();
    auto printed = ctx.options.json ? ctx.out.line(as_json(rows)) : print(ctx, rows);
    if (!printed)
      return printed.error();
    return exit_code::done;
  }

private:
  struct duty_row {
    std::string name;
    std::optional<log_position> lag{};
  };
  struct node_row {
    member who;
    std::chrono::milliseconds left{0};
    std::uint64_t streams = 0;
    std::vector<duty_row> duties{};
    /// The names of those that it does not reach.
    std::vector<std::string> unreachable{};
  };
  using rows_by_name = std::map<std::string, node_row>;

  static rows_by_name rows_of(const leases_seen& seen) {
    rows_by_name rows;
    for (const auto& one : seen.nodes.members()) {
      auto& row = rows[one.name];
      row.who = one;
      for (const auto& held : seen.leases) {
        if (held.owner != one.incarnation || !held.is_live())
          continue;
        if (held.name == node_lease(one.name)) {
          row.left = held.left;
          row.unreachable = named(seen.nodes, card_in(held).value_or(member_card{}).unreachable);
        } else
          row.duties.push_back({held.name});
      }
    }
    return rows;
  }

  static std::vector<std::string> named(const placement& nodes,
                                        const std::vector<std::string>& incarnations) {
    std::vector<std::string> names;
    for (const auto& one : nodes.members())
      if (std::ranges::count(incarnations, one.incarnation) != 0)
        names.push_back(one.name);
    return names;
  }

  static outcome<> count_streams(event_reader& reader, const placement& nodes, rows_by_name& rows) {
    auto all = reader.list_streams("", counted_streams);
    if (!all)
      return tool_failure{all.error()};
    for (const auto& each : *all)
      if (const auto* owner = nodes.owner_of(each.stream))
        ++rows[owner->name].streams;
    return {};
  }

  static bool is_of_target(const std::string& duty, const stored_model& model) {
    return duty.starts_with(projection_duty(""))
           && target_model_name(duty.substr(projection_duty("").size())) == model.projection;
  }

  // How far behind the log each duty's place is stored.
  static outcome<> add_lags(event_reader& reader, rows_by_name& rows) {
    auto models = reader.list_models();
    auto end = reader.last_position();
    if (!models || !end)
      return tool_failure{models ? end.error() : models.error()};
    for (auto& [name, row] : rows)
      for (auto& duty : row.duties)
        for (const auto& model : *models)
          if (duty.name == projection_duty(model.projection) || is_of_target(duty.name, model)
              || process_model_name(duty.name.substr(process_duty("").size())) == model.projection)
            duty.lag = *end - std::min(*end, model.checkpoint);
    return {};
  }

  static std::string as_json(const rows_by_name& rows) {
    std::string text = "[";
    for (const auto& [name, row] : rows) {
      std::string duties = "[";
      for (const auto& duty : row.duties) {
        json_object one;
        one.add("name", duty.name);
        if (duty.lag)
          one.add("lag", *duty.lag);
        duties += (duties.size() > 1 ? "," : "") + one.text();
      }
      json_object object;
      object.add("node", name).add("address", row.who.address);
      object.add_decimal("weight", row.who.weight);
      object.raw("leaseMilliseconds", std::to_string(row.left.count()));
      object.add("streams", row.streams).raw("runs", duties + "]");
      object.raw("cannotReach", to_json(row.unreachable).value());
      text += (text.size() > 1 ? "," : "") + object.text();
    }
    return text + "]";
  }

  static outcome<> print(context& ctx, const rows_by_name& rows) {
    std::uint64_t counted = 0;
    for (const auto& [name, row] : rows)
      counted += row.streams;
    const std::string streams =
        counted < counted_streams ? " streams"
                                  : " of the first " + std::to_string(counted_streams) + " streams";
    for (const auto& [name, row] : rows) {
      auto text = name + "  " + row.who.address + "  "
                  + (row.who.weight > 0 ? std::to_string(row.streams) + streams : "no share")
                  + ", lease for " + std::to_string(row.left.count()) + " ms";
      if (auto printed = ctx.out.line(printable(text)); !printed)
        return printed;
      for (const auto& other : row.unreachable)
        if (auto printed = ctx.out.line(printable("  cannot reach " + other)); !printed)
          return printed;
      for (const auto& duty : row.duties) {
        auto lag = duty.lag ? ", stored with lag " + std::to_string(*duty.lag) : std::string{};
        if (auto printed = ctx.out.line(printable("  runs " + duty.name + lag)); !printed)
          return printed;
      }
    }
    return {};
  }
};

class where_command : public subcommand {
public:
  where_command() : subcommand{"where", "Say which node has an aggregate instance."} {}

  void declare(CLI::App& line) override {
    line.add_option("TYPE", type_, "The aggregate's type.")->required();
    line.add_option("ID", id_, "The instance's id.")->required();
  }

  outcome<exit_code> run(context& ctx) override {
    if (!ctx.domain.empty() && ctx.domain.find_aggregate(type_) == nullptr)
      return tool_failure{unknown_aggregate(ctx.domain, type_)};
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto seen = see_leases(*opened->store);
    if (!seen)
      return seen.error();
    const auto* owner = seen->nodes.owner_of(stream_name(type_, id_));
    if (owner == nullptr)
      return no_nodes();
    auto text = ctx.options.json
                    ? json_object{}.add("node", owner->name).add("address", owner->address).text()
                    : printable(owner->name + "  " + owner->address);
    if (auto printed = ctx.out.line(text); !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  std::string type_, id_;
};

} // namespace

std::unique_ptr<subcommand> make_nodes() { return std::make_unique<nodes_command>(); }

std::unique_ptr<subcommand> make_where() { return std::make_unique<where_command>(); }

} // namespace annals::tools
