#include <annals/tools/commands/commands.hpp>

#include <annals/actors/subscription_place.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/commands/arguments.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>
#include <annals/tools/suggest.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

// Long enough for one write, and soon over where it is not given back.
constexpr std::chrono::seconds hold_time{3};

struct subscription_row {
  std::string name;
  log_position position = 0;
  log_position lag = 0;
  std::string note;
};

// Whether a node that hands out the subscription, or one partition of it, has this lease.
bool is_lease_of(std::string_view lease, std::string_view subscription) {
  constexpr std::string_view whole = "subscription/", part = "subscription-part/";
  if (lease.starts_with(whole))
    return lease.substr(whole.size()) == subscription;
  if (!lease.starts_with(part))
    return false;
  auto slash = lease.find('/', part.size());
  return slash != std::string_view::npos && lease.substr(slash + 1) == subscription;
}

outcome<std::vector<subscription_row>> read_rows(event_reader& reader, log_position end) {
  auto models = reader.list_models();
  if (!models)
    return tool_failure{models.error()};
  std::vector<subscription_row> rows;
  const auto prefix = place_name("");
  for (const auto& model : *models) {
    if (!model.projection.starts_with(prefix))
      continue;
    subscription_row row{model.projection.substr(prefix.size()), model.checkpoint, 0, {}};
    row.lag = end - std::min(end, row.position);
    auto forgotten = is_forgotten(reader, row.name);
    if (!forgotten)
      return tool_failure{forgotten.error()};
    if (*forgotten)
      row.note = "forgotten; begins anew";
    else if (row.position > end)
      row.note = "past the log's end; this is not the log that it followed";
    rows.push_back(std::move(row));
  }
  return rows;
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
    auto end = opened->reader->last_position();
    if (!end)
      return tool_failure{end.error()};
    auto rows = read_rows(*opened->reader, *end);
    if (!rows)
      return rows.error();
    auto printed = ctx.options.json ? ctx.out.line(as_json(*rows)) : print(ctx, *rows, *end);
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

  static outcome<> print(context& ctx, const std::vector<subscription_row>& rows,
                         log_position end) {
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
    auto end = opened->reader->last_position();
    if (!end)
      return tool_failure{end.error()};
    auto rows = read_rows(*opened->reader, *end);
    if (!rows)
      return rows.error();
    if (std::ranges::find(*rows, name_, &subscription_row::name) == rows->end())
      return unknown(*rows);
    if (position > *end)
      return tool_failure{failure{errc::invalid_argument, "POSITION is " + std::to_string(position)
                                                              + ", past the log's end at "
                                                              + std::to_string(*end)}};
    auto place = action_ == "set" ? stored_place(name_, position) : forgotten_place(name_);
    if (auto stored = keep(*opened->store, std::move(place)); !stored)
      return stored.error();
    return tell(ctx, position);
  }

  // Under the lease that a node would need to hand it out, where the store has leases.
  outcome<> keep(event_store& store, stored_model place) const {
    auto leases = store.open_leases();
    if (!leases && leases.error().code == errc::invalid_argument)
      return save(store, place);
    if (!leases)
      return tool_failure{leases.error()};
    auto seen = see_leases(store);
    if (!seen)
      return seen.error();
    for (const auto& one : seen->leases)
      if (one.is_live() && is_lease_of(one.name, name_))
        return tool_failure{
            failure{errc::lease_held, "the subscription " + annals::quoted(name_)
                                          + " is handed out by the node "
                                          + (one.payload.empty() ? one.owner : one.payload)
                                          + "; cancel its consumers there first"}};
    auto held = (*leases)->acquire(
        {"subscription/" + name_, to_string(make_id()), "the command line", hold_time});
    if (!held)
      return tool_failure{held.error()};
    place.fence = held->fence();
    auto saved = save(store, place);
    // One that is not given back runs out.
    (void)(*leases)->release(held->name, held->token);
    return saved;
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
