#pragma once

#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/group_state.hpp>

namespace annals::postgres {

// What a group needs to know of the store: the question, and what its answer says.

call ask_heads(std::span<const std::string_view> streams);
void take_heads(const rows& answer, std::span<const std::string_view> streams, group_state& state);

call ask_answered(std::span<const command_key> commands);
void take_answered(const rows& answer, std::span<const command_key> commands, group_state& state);

call ask_holders(std::span<const value_key> values);
void take_holders(const rows& answer, std::span<const value_key> values, group_state& state);

call ask_fences(std::span<const fence_key> fences);
void take_fences(const rows& answer, std::span<const fence_key> fences, group_state& state);

} // namespace annals::postgres
