#include <annals/messages/process_type.hpp>

#include <algorithm>

namespace annals {

bool process_type::reacts_to_event(std::string_view event) const noexcept {
  return std::ranges::any_of(events, [&](const auto* type) { return type->name == event; });
}

bool process_type::reacts_to_refusal(std::string_view aggregate,
                                     std::string_view command) const noexcept {
  return std::ranges::any_of(refusals, [&](const auto& one) {
    return one.aggregate == aggregate && one.command->name == command;
  });
}

} // namespace annals
