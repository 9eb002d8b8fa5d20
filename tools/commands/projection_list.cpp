#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/process_board.hpp>
#include <annals/actors/projection_notes.hpp>
#include <annals/actors/subscription_place.hpp>
#include <annals/actors/target_notes.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/leases_seen.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

struct row {
  std::string name;
  log_position position = 0;
  log_position lag = 0;
  std::string note;
  std::uint64_t parked = 0;
  // Of a target, where one has it.
  std::string node{};
  // Null where it is not in the domain.
  const projection_type* type = nullptr;
  // Whether it is of another schema version, and so will be built anew.
  bool outdated = false;
};

log_position lag_of(log_position end, log_position checkpoint) {
  return end > checkpoint ? end - checkpoint : 0;
}

void add_note(row& to, const std::string& note) {
  if (!note.empty())
    to.note += (to.note.empty() ? "" : "; ") + note;
}

std::string age_of(const projection_type& type, const stored_model& model) {
  return type.schema_version == model.schema_version
             ? std::string{}
             : "stored with schema version " + std::to_string(model.schema_version) + ", now "
                   + std::to_string(type.schema_version);
}

row row_of(const projection_type& type, const std::vector<stored_model>& stored, log_position end) {
  auto find = [&](const std::string& name) {
    return std::ranges::find(stored, name, &stored_model::projection);
  };
  auto found = find(stored_name(type));
  if (found == stored.end())
    found = find(type.name);
  row made;
  made.name = type.name;
  made.type = &type;
  if (found == stored.end()) {
    made.lag = end;
    made.note = "not stored yet";
    return made;
  }
  made.position = found->checkpoint;
  made.lag = lag_of(end, found->checkpoint);
  made.outdated = type.schema_version != found->schema_version;
  add_note(made, age_of(type, *found));
  if (found->checkpoint > end)
    add_note(made, "ahead of the log, and so of no use");
  if (auto notes = notes_from(found->notes); notes && !notes->parked.empty()) {
    made.parked = notes->parked.size();
    add_note(made, std::to_string(made.parked) + " parked");
  }
  if (auto notes = notes_from(found->notes); notes && notes->paused)
    add_note(made, "paused by hand");
  return made;
}

// The place of a process manager in the log is stored among the read models, and so are the models
// of other versions and those that are being rebuilt.
std::string note_on_other(const registry& domain, std::string_view model) {
  if (domain.empty())
    return "";
  if (model.starts_with(target_model_name("")))
    return "target";
  if (model.starts_with(place_name("")))
    return "subscription";
  for (const auto& process : domain.processes())
    if (process_model_name(process.name) == model)
      return "process manager";
  for (const auto& type : domain.projections()) {
    if (model.starts_with(type.name + "@rebuild.")
        || model.starts_with(stored_name(type) + "@rebuild."))
      return "a part of a rebuild that is under way";
    if (model == type.name || model.starts_with(type.name + "@v"))
      return "another version of " + type.name;
  }
  return "not in this program's domain";
}

// Its parts are listed, each as a target.
bool is_divided(const stored_model& model) {
  if (!model.projection.starts_with(target_model_name("")))
    return false;
  auto notes = target_notes_from(model);
  return notes && notes->parts > 1;
}

outcome<> add_nodes(event_store& store, std::vector<row>& rows) {
  const auto prefix = target_model_name("");
  auto is_target = [&](const row& each) { return each.name.starts_with(prefix); };
  if (std::ranges::none_of(rows, is_target))
    return {};
  auto seen = see_leases(store);
  if (!seen)
    return seen.error();
  for (auto& each : rows)
    for (const auto& held : seen->leases) {
      if (!is_target(each) || !held.is_live()
          || held.name != projection_duty(each.name.substr(prefix.size())))
        continue;
      for (const auto& node : seen->nodes.members())
        if (node.incarnation == held.owner)
          each.node = node.name;
    }
  return {};
}

// Those of the domain in its order, then what is stored of others.
std::vector<row> joined(const registry& domain, const std::vector<stored_model>& stored,
                        log_position end) {
  std::vector<row> rows;
  for (const auto& type : domain.projections())
    rows.push_back(row_of(type, stored, end));
  auto is_shown = [&](const stored_model& model) {
    return std::ranges::any_of(domain.projections(), [&](const auto& type) {
      return model.projection == stored_name(type);
    });
  };
  for (const auto& model : stored)
    if (!is_shown(model)) {
      if (is_divided(model))
        continue;
      row other;
      other.name = model.projection;
      other.position = model.checkpoint;
      other.lag = lag_of(end, model.checkpoint);
      other.note = note_on_other(domain, model.projection);
      if (auto notes = notes_from(model.notes); notes && !notes->parked.empty()) {
        other.parked = notes->parked.size();
        add_note(other, std::to_string(other.parked) + " parked");
      }
      if (auto notes = notes_from(model.notes); notes && notes->paused)
        add_note(other, "paused by hand");
      rows.push_back(std::move(other));
    }
  return rows;
}

// Where the next event is of a type that the domain does not know, a projection cannot go on.
outcome<> look_ahead(const registry& domain, event_reader& reader, std::vector<row>& rows) {
  for (auto& each : rows) {
    if (each.lag == 0 || each.type == nullptr)
      continue;
    auto next = reader.read_log(each.outdated ? 0 : each.position, 1);
    if (!next)
      return tool_failure{next.error()};
    if (next->empty())
      continue;
    if (auto present = domain.in_present_form(next->front()); !present)
      add_note(each, "cannot go on: " + present.error().message);
  }
  return {};
}

outcome<> print_json(context& ctx, const std::vector<row>& rows) {
  std::string text = "[";
  for (const auto& each : rows) {
    json_object object;
    object.add("name", each.name).add("position", each.position).add("lag", each.lag);
    if (each.parked != 0)
      object.add("parked", each.parked);
    if (!each.node.empty())
      object.add("node", each.node);
    if (!each.note.empty())
      object.add("note", each.note);
    text += (text.size() > 1 ? "," : "") + object.text();
  }
  return ctx.out.line(text + "]");
}

outcome<> print_text(context& ctx, std::vector<row> rows, log_position end) {
  if (rows.empty())
    return ctx.out.line("no read models; the log ends at position " + std::to_string(end));
  std::size_t width = 0;
  for (const auto& each : rows)
    width = std::max(width, each.name.size());
  for (auto& each : rows) {
    if (!each.node.empty())
      add_note(each, "on node " + each.node);
    auto text = each.name + std::string(width - each.name.size() + 2, ' ') + "position "
                + std::to_string(each.position) + " of " + std::to_string(end) + ", lag "
                + std::to_string(each.lag) + (each.note.empty() ? "" : " (" + each.note + ")");
    if (auto printed = ctx.out.line(printable(text)); !printed)
      return printed;
  }
  return {};
}

} // namespace

outcome<exit_code> list_projections(context& ctx) {
  auto opened = ctx.open(open_mode::read_only);
  if (!opened)
    return opened.error();
  auto stored = opened->reader->list_models();
  if (!stored)
    return tool_failure{stored.error()};
  auto end = opened->reader->last_position();
  if (!end)
    return tool_failure{end.error()};
  auto rows = joined(ctx.domain, *stored, *end);
  if (auto looked = look_ahead(ctx.domain, *opened->reader, rows); !looked)
    return looked.error();
  if (auto added = add_nodes(*opened->store, rows); !added)
    return added.error();
  if (auto printed = ctx.options.json ? print_json(ctx, rows) : print_text(ctx, rows, *end);
      !printed)
    return printed.error();
  return exit_code::done;
}

} // namespace annals::tools
