#include <annals/tools/commands/commands.hpp>

#include <annals/tools/commands/arguments.hpp>
#include <annals/tools/commands/projection_actions.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

class projections : public subcommand {
public:
  projections()
      : subcommand{
          "projections",
          "List the read models: how far each is stored, and its lag; or the events that "
          "one has set aside (parked NAME), try them again (retry NAME [POSITION]), pass "
          "over one for good (skip NAME POSITION), have one that has stopped try again "
          "(resume NAME), have one wait until it is resumed (pause NAME), compare one with the "
          "log (check NAME), or remove an old version (drop NAME@vN) or what is stored of a target "
          "that is made anew (drop NAME). NAME of a target with several parts means all of them, "
          "and NAME@2of4 one."} {}

  void declare(CLI::App& line) override {
    action_given_ =
        line.add_option("ACTION", action_, "parked, retry, skip, pause, resume, check or drop")
            ->check(CLI::IsMember({"parked", "retry", "skip", "pause", "resume", "check", "drop"}));
    line.add_option("NAME", name_, "The projection's name.");
    line.add_option("POSITION", position_,
                    "The event's position; retry takes all parked events without it.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (action_given_->count() == 0)
      return list_projections(ctx);
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    if (name_.empty())
      return tool_failure::usage("projections " + action_ + " needs NAME");
    auto position = position_of_event();
    if (!position)
      return position.error();
    if (action_ == "drop")
      return drop(ctx);
    if (const auto* type = ctx.domain.find_projection(name_))
      return act(ctx, *type, *position);
    auto target = find_target_notes(ctx, name_);
    if (!target)
      return target.error();
    if (!*target)
      return tool_failure{unknown_projection(ctx.domain, name_)};
    return order_of_target(ctx, name_, action_, **target, *position);
  }

private:
  outcome<exit_code> drop(context& ctx) const {
    auto target = find_target_notes(ctx, name_);
    if (!target)
      return target.error();
    return *target ? forget_target(ctx, name_) : drop_model(ctx, name_);
  }

  outcome<exit_code> act(context& ctx, const projection_type& type,
                         std::optional<log_position> position) const {
    if (action_ == "retry")
      return retry_parked_events(ctx, type, position);
    if (action_ == "skip") {
      if (!position)
        return tool_failure::usage("projections skip needs NAME and POSITION");
      return skip_one_event(ctx, type, *position);
    }
    if (position)
      return tool_failure::usage("projections " + action_ + " takes no POSITION");
    if (action_ == "parked")
      return list_parked(ctx, type);
    if (action_ == "pause")
      return pause_projection(ctx, type);
    return action_ == "resume" ? resume_projection(ctx, type) : check_projection_model(ctx, type);
  }

  outcome<std::optional<log_position>> position_of_event() const {
    if (position_.empty() || (position_ == "all" && action_ == "retry"))
      return std::optional<log_position>{};
    auto position = parse_position(position_, 1);
    if (!position)
      return wrong_position(position_, 1);
    return position;
  }

  std::string action_, name_, position_;
  const CLI::Option* action_given_ = nullptr;
};

} // namespace

std::unique_ptr<subcommand> make_projections() { return std::make_unique<projections>(); }

} // namespace annals::tools
