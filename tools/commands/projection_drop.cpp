#include <annals/tools/commands/projection_actions.hpp>

#include <annals/actors/projection_notes.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

// Version 1 is stored under the projection's own name.
std::string stored_name_of(const std::string& version) {
  auto at = version.rfind("@v1");
  return at != std::string::npos && at + 3 == version.size() ? version.substr(0, at) : version;
}

result<void> check_unused(const registry& domain, const stored_model& model) {
  const auto& name = model.projection;
  if (name.starts_with("annals.") || name.find("@rebuild.") != std::string::npos)
    return failure{errc::invalid_argument,
                   annals::quoted(name)
                       + " is no version of a projection; cancel a rebuild, and "
                         "leave what is the framework's own"};
  for (const auto& type : domain.projections())
    if (name == stored_name(type)
        || (name == type.name && model.schema_version == type.schema_version))
      return failure{errc::invalid_argument, annals::quoted(name)
                                                 + " is the model that this program runs; take the "
                                                   "projection out of it first"};
  return {};
}

} // namespace

outcome<exit_code> drop_model(context& ctx, const std::string& version) {
  auto opened = ctx.open(open_mode::existing);
  if (!opened)
    return opened.error();
  const auto name = stored_name_of(version);
  auto models = opened->reader->list_models();
  if (!models)
    return tool_failure{models.error()};
  auto found = std::ranges::find(*models, name, &stored_model::projection);
  if (found == models->end())
    return tool_failure{{errc::not_found, "no read model " + annals::quoted(name)
                                              + " is stored; `projections` lists those that are"}};
  if (auto good = check_unused(ctx.domain, *found); !good)
    return tool_failure{good.error()};
  if (auto removed = opened->store->remove_models({&name, 1}); !removed)
    return tool_failure{removed.error()};
  auto text = "dropped " + name + ", which was at position " + std::to_string(found->checkpoint);
  if (auto printed = ctx.out.line(ctx.options.json ? json_object{}.add("dropped", name).text()
                                                   : printable(text));
      !printed)
    return printed.error();
  return exit_code::done;
}

} // namespace annals::tools
