#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <utility>

namespace annals {

/// The aggregate instances that take part in a joint command, by their ids, each of its aggregate
/// type; the first is the home of the command. What the domain's `participants_of` returns:
///
///     annals::participants<account, account> participants_of(const transfer& c) {
///       return {c.from, c.to};
///     }
template <class... Aggregates>
class participants {
public:
  static_assert(sizeof...(Aggregates) > 1,
                "annals: a joint command has two participants or more; a command for one aggregate "
                "is listed in its Aggregate::commands");

  template <class... Ids>
    requires(sizeof...(Ids) == sizeof...(Aggregates)
             && (std::convertible_to<Ids, std::string> && ...))
  participants(Ids&&... ids) : ids_{std::string(std::forward<Ids>(ids))...} {}

  const std::array<std::string, sizeof...(Aggregates)>& ids() const& noexcept { return ids_; }
  std::array<std::string, sizeof...(Aggregates)>&& ids() && noexcept { return std::move(ids_); }

private:
  std::array<std::string, sizeof...(Aggregates)> ids_;
};

} // namespace annals
