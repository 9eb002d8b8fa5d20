#include <annals/messages/aggregate_type.hpp>

#include <annals/messages/joint_type.hpp>
#include <annals/messages/text.hpp>

namespace annals {

const command_type* aggregate_type::find_command(std::string_view command) const noexcept {
  for (const auto* type : commands)
    if (type->name == command)
      return type;
  return nullptr;
}

const joint_type* aggregate_type::find_joint(std::string_view command) const noexcept {
  for (const auto* type : joints)
    if (type->command->name == command)
      return type;
  return nullptr;
}

failure unknown_command(const aggregate_type& aggregate, std::string_view command) {
  std::string known;
  for (const auto* type : aggregate.commands)
    known += (known.empty() ? "" : ", ") + type->name;
  return {errc::unknown_command, "the aggregate " + aggregate.name + " has no command "
                                     + quoted(command) + "; it has " + known};
}

} // namespace annals
