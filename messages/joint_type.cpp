#include <annals/messages/joint_type.hpp>

#include <annals/messages/text.hpp>

namespace annals {

result<std::vector<participant>> find_participants(const joint_type& type, const void* command) {
  auto ids = type.ids(command);
  if (!ids)
    return ids.error();
  std::vector<participant> found;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    auto& id = (*ids)[i];
    if (auto good = check_id(id); !good)
      return failure{good.error().code, "a participant of the command " + type.command->name + ": "
                                            + good.error().message};
    for (const auto& other : found)
      if (other.aggregate == type.aggregates[i] && other.id == id)
        return failure{errc::invalid_command,
                       "the command " + type.command->name + " names "
                           + quoted(stream_name(other.aggregate, id))
                           + " twice among its participants; each has to be another instance"};
    found.push_back({type.aggregates[i], std::move(id)});
  }
  return found;
}

} // namespace annals
