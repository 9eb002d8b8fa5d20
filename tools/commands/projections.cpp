#include <annals/tools/commands/commands.hpp>

#include <annals/actors/process_board.hpp>
#include <annals/tools/json_object.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

struct row {
  std::string name;
  log_position position = 0;
  log_position lag = 0;
  std::string note;
  // Whether it is of another schema version, and so will be built anew.
  bool outdated = false;
};

class projections : public subcommand {
public:
  projections()
      : subcommand{"projections", "List the read models: how far each is stored, and its lag."} {}

  void declare(CLI::App&) override {}

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto stored = opened->reader->list_models();
    if (!stored)
      return tool_failure{stored.error()};
    auto end = opened->reader->last_position();
    if (!end)
      return tool_failure{end.error()};
    auto rows = join(ctx.domain, *stored, *end);
    if (auto looked = look_ahead(ctx.domain, *opened->reader, rows); !looked)
      return looked.error();
    if (auto printed = ctx.options.json ? print_json(ctx, rows) : print_text(ctx, rows, *end);
        !printed)
      return printed.error();
    return exit_code::done;
  }

private:
  // Those of the domain in its order, then what is stored of others.
  static std::vector<row> join(const registry& domain, const std::vector<stored_model>& stored,
                               log_position end) {
    std::vector<row> rows;
    for (const auto& type : domain.projections()) {
      auto found = std::find_if(stored.begin(), stored.end(),
                                [&](const auto& model) { return model.projection == type.name; });
      if (found == stored.end())
        rows.push_back({type.name, 0, end, "not stored yet"});
      else
        rows.push_back({type.name, found->checkpoint, lag(end, found->checkpoint),
                        age(type, *found), type.schema_version != found->schema_version});
    }
    for (const auto& model : stored)
      if (domain.find_projection(model.projection) == nullptr)
        rows.push_back({model.projection, model.checkpoint, lag(end, model.checkpoint),
                        note_on_other(domain, model.projection)});
    return rows;
  }

  // The place of a process manager in the log is stored among the read models.
  static std::string note_on_other(const registry& domain, std::string_view model) {
    if (domain.empty())
      return "";
    for (const auto& process : domain.processes())
      if (process_model_name(process.name) == model)
        return "process manager";
    return "not in this program's domain";
  }

  // Where the next event is of a type that the domain does not know, a projection cannot go on.
  static outcome<> look_ahead(const registry& domain, event_reader& reader,
                              std::vector<row>& rows) {
    for (auto& each : rows) {
      if (each.lag == 0 || domain.find_projection(each.name) == nullptr)
        continue;
      auto next = reader.read_log(each.outdated ? 0 : each.position, 1);
      if (!next)
        return tool_failure{next.error()};
      if (next->empty())
        continue;
      if (auto present = domain.in_present_form(next->front()); !present)
        each.note += (each.note.empty() ? "" : "; ") + std::string{"cannot go on: "}
                     + present.error().message;
    }
    return {};
  }

  static log_position lag(log_position end, log_position checkpoint) {
    return end > checkpoint ? end - checkpoint : 0;
  }

  static std::string age(const projection_type& type, const stored_model& model) {
    return type.schema_version == model.schema_version
               ? std::string{}
               : "stored with schema version " + std::to_string(model.schema_version) + ", now "
                     + std::to_string(type.schema_version);
  }

  static outcome<> print_json(context& ctx, const std::vector<row>& rows) {
    std::string text = "[";
    for (const auto& each : rows) {
      json_object object;
      object.add("name", each.name).add("position", each.position).add("lag", each.lag);
      if (!each.note.empty())
        object.add("note", each.note);
      text += (text.size() > 1 ? "," : "") + object.text();
    }
    return ctx.out.line(text + "]");
  }

  static outcome<> print_text(context& ctx, const std::vector<row>& rows, log_position end) {
    if (rows.empty())
      return ctx.out.line("no read models; the log ends at position " + std::to_string(end));
    std::size_t width = 0;
    for (const auto& each : rows)
      width = std::max(width, each.name.size());
    for (const auto& each : rows) {
      auto text = each.name + std::string(width - each.name.size() + 2, ' ') + "position "
                  + std::to_string(each.position) + " of " + std::to_string(end) + ", lag "
                  + std::to_string(each.lag) + (each.note.empty() ? "" : " (" + each.note + ")");
      if (auto printed = ctx.out.line(printable(text)); !printed)
        return printed;
    }
    return {};
  }
};

} // namespace

std::unique_ptr<subcommand> make_projections() { return std::make_unique<projections>(); }

} // namespace annals::tools
