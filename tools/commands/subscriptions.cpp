#include <annals/tools/commands/commands.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/subscription_place.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/commands/arguments.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>
#include <annals/tools/suggest.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools {

namespace {

// Long enough for one write, and soon over where it is not given back.
constexpr std::chrono::seconds hold_time{3};

struct subscription_row {
  std::string name;
  log_position position = 0;
  log_position lag = 0;
  std::uint32_t partitions = 1;
  std::string note;
};

// The leases under which nodes hand the subscription out, partition by partition where it has
// several.
std::vector<std::string> leases_of(std::string_view subscription, std::uint32_t partitions) {
  if (partitions == 1)
    return {subscription_duty(subscription)};
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < partitions; ++i)
    names.push_back(subscription_duty(subscription, i));
  return names;
}

// Every event up to there has been acknowledged, in each of the partitions.
result<log_position> acknowledged_in_all(event_reader& reader, const std::string& subscription,
                                         const known_subscription& known) {
  auto least = std::numeric_limits<log_position>::max();
  for (std::uint32_t i = 0; i < known.partitions; ++i) {
    auto place = find_partition(reader, subscription, i, known);
    if (!place)
      return place.error();
    least = std::min(least, place->checkpoint);
  }
  return least;
}

subscription_row row_of(event_reader& reader, const std::string& name, log_position end) {
  subscription_row row;
  row.name = name;
  auto known = find_subscription(reader, name);
  auto position = known && *known ? acknowledged_in_all(reader, name, **known)
                                  : result<log_position>{log_position{0}};
  row.position = position ? *position : 0;
  row.lag = end - std::min(end, row.position);
  if (!known || !position)
    row.note = (known ? position.error() : known.error()).message;
  else if (!*known)
    row.note = "forgotten; begins anew";
  else
    row.partitions = (*known)->partitions;
  if (row.position > end)
    row.note = "past the log's end; this is not the log that it followed";
  else if (row.partitions > 1)
    row.note = std::to_string(row.partitions) + " partitions; the least of their positions";
  return row;
}

struct subscriptions_seen {
  log_position end = 0;
  std::vector<subscription_row> rows;
};

outcome<subscriptions_seen> see_subscriptions(event_reader& reader) {
  auto end = reader.last_position();
  if (!end)
    return tool_failure{end.error()};
  auto models = reader.list_models();
  if (!models)
    return tool_failure{models.error()};
  subscriptions_seen seen;
  seen.end = *end;
  const auto prefix = place_name("");
  for (const auto& model : *models)
    if (model.projection.starts_with(prefix))
      seen.rows.push_back(row_of(reader, model.projection.substr(prefix.size()), *end));
  return seen;
}

class subscriptions_command : public subcommand {
public:
  subscriptions_command()
      : subcommand{"subscriptions",
                   "List the durable subscriptions that the store knows: the position up to which "
                   "each has acknowledged the log, as last stored, and its lag; or have one begin "
                   "anew (forget NAME), or go on behind a position (set NAME POSITION). A program "
                   "that consumes it must not run meanwhile: it stores its own place over this "
                   "one."} {}

  void declare(CLI::App& line) override {
    action_given_ = line.add_option("ACTION", action_, "forget or set")
                        ->check(CLI::IsMember({"forget", "set"}));
    line.add_option("NAME", name_, "The subscription's name.");
    line.add_option("POSITION", position_, "The position behind which it goes on; 0 is all.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (action_given_->count() == 0)
      return list(ctx);
    if (name_.empty())
      return tool_failure::usage("subscriptions " + action_ + " needs NAME");
    if ((action_ == "set") == position_.empty())
      return tool_failure::usage(
          "subscriptions " + action_
          + (action_ == "set" ? " needs NAME and POSITION" : " takes no POSITION"));
    auto position = action_ == "set" ? parse_position(position_, 0) : std::optional{log_position{}};
    if (!position)
      return wrong_position(position_, 0);
    return move(ctx, *position);
  }

private:
  static outcome<exit_code> list(context& ctx) {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto seen = see_subscriptions(*opened->reader);
    if (!seen)
      return seen.error();
    auto printed = ctx.options.json ? ctx.out.line(as_json(seen->rows)) : print(ctx, *seen);
    if (!printed)
      return printed.error();
    return exit_code::done;
  }

  static std::string as_json(const std::vector<subscription_row>& rows) {
    std::string text = "[";
    for (const auto& row : rows) {
      json_object object;
      object.add("name", row.name).add("position", row.position).add("lag", row.lag);
      if (!row.note.empty())
        object.add("note", row.note);
      text += (text.size() > 1 ? "," : "") + object.text();
    }
    return text + "]";
  }

  static outcome<> print(context& ctx, const subscriptions_seen& seen) {
    const auto& [end, rows] = seen;
    if (rows.empty())
      return ctx.out.line("no durable subscriptions; the log ends at position "
                          + std::to_string(end));
    std::size_t width = 0;
    for (const auto& row : rows)
      width = std::max(width, row.name.size());
    for (const auto& row : rows) {
      auto text = row.name + std::string(width - row.name.size() + 2, ' ') + "position "
                  + std::to_string(row.position) + " of " + std::to_string(end) + ", lag "
                  + std::to_string(row.lag) + (row.note.empty() ? "" : " (" + row.note + ")");
      if (auto printed = ctx.out.line(printable(text)); !printed)
        return printed;
    }
    return {};
  }

  outcome<exit_code> move(context& ctx, log_position position) const {
    auto opened = ctx.open(open_mode::existing);
    if (!opened)
      return opened.error();
    auto seen = see_subscriptions(*opened->reader);
    if (!seen)
      return seen.error();
    auto row = std::ranges::find(seen->rows, name_, &subscription_row::name);
    if (row == seen->rows.end())
      return unknown(seen->rows);
    if (position > seen->end)
      return tool_failure{failure{errc::invalid_argument, "POSITION is " + std::to_string(position)
                                                              + ", past the log's end at "
                                                              + std::to_string(seen->end)}};
    auto leases = leases_of(name_, row->partitions);
    if (auto stored = keep(*opened->store, leases, place_behind(position, row->partitions));
        !stored)
      return stored.error();
    return tell(ctx, position);
  }

  // Places of partitions say with what they belong: a new word for it and they count no more.
  stored_model place_behind(log_position position, std::uint32_t partitions) const {
    if (action_ == "forget")
      return forgotten_place(name_);
    return partitions == 1
               ? stored_place(name_, position)
               : stored_partitions(name_, {position, partitions, annals::to_string(make_id())});
  }

  // While no node can take any of it over, where the store has leases. Those that are not given
  // back run out.
  outcome<> keep(event_store& store, const std::vector<std::string>& wanted,
                 stored_model place) const {
    auto leases = store.open_leases();
    if (!leases && leases.error().code == errc::invalid_argument)
      return save(store, place);
    if (!leases)
      return tool_failure{leases.error()};
    const auto me = annals::to_string(make_id());
    std::vector<lease> held;
    outcome<> kept;
    for (const auto& name : wanted) {
      auto taken = (*leases)->acquire({name, me, "the command line", hold_time});
      if (!taken) {
        kept = refused(store, name, taken.error());
        break;
      }
      held.push_back(std::move(*taken));
    }
    if (kept) {
      if (held.size() == 1)
        place.fence = held.front().fence();
      kept = save(store, place);
    }
    for (const auto& one : held)
      (void)(*leases)->release(one.name, one.token);
    return kept;
  }

  tool_failure refused(event_store& store, const std::string& wanted, const failure& why) const {
    if (why.code != errc::lease_held)
      return tool_failure{why};
    auto seen = see_leases(store);
    if (!seen)
      return seen.error();
    auto found = std::ranges::find(seen->leases, wanted, &lease::name);
    auto holder = found == seen->leases.end() ? std::string{"that has just let go of it"}
                  : found->payload.empty()    ? found->owner
                                              : found->payload;
    return tool_failure{failure{errc::lease_held, "the subscription " + annals::quoted(name_)
                                                      + " is handed out by the node " + holder
                                                      + "; cancel its consumers there first"}};
  }

  static outcome<> save(event_store& store, const stored_model& place) {
    if (auto saved = store.save_model(place); !saved)
      return tool_failure{saved.error()};
    return {};
  }

  tool_failure unknown(const std::vector<subscription_row>& rows) const {
    std::vector<std::string> names;
    for (const auto& row : rows)
      names.push_back(row.name);
    return failure{errc::not_found, "the store knows no subscription " + annals::quoted(name_)
                                        + did_you_mean(name_, names) + "; there are "
                                        + listed(names)};
  }

  outcome<exit_code> tell(context& ctx, log_position position) const {
    json_object object;
    object.add("subscription", name_).add("ordered", action_);
    if (action_ == "set")
      object.add("position", position);
    auto text = action_ == "set" ? name_ + " goes on behind position " + std::to_string(position)
                                 : name_ + " is forgotten, and begins anew";
    if (auto printed = ctx.out.line(ctx.options.json ? object.text() : printable(text)); !printed)
      return printed.error();
    return exit_code::done;
  }

  std::string action_, name_, position_;
  const CLI::Option* action_given_ = nullptr;
};

} // namespace

std::unique_ptr<subcommand> make_subscriptions() {
  return std::make_unique<subscriptions_command>();
}

} // namespace annals::tools
