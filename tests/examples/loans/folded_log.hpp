#pragma once

#include "examples/loans/activities.hpp"
#include "examples/loans/durations.hpp"
#include "examples/loans/outcomes.hpp"
#include "examples/loans/row.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace loans {

/// A log of rows through decide, evolve and project alone: no node, no store. What the domain
/// comes to, to compare a node with.
class folded_log {
public:
  /// Folds a whole file. Throws `annals::error` where it cannot be read.
  static folded_log of(const std::string& path);

  /// Throws `annals::error` where the domain rejects the row.
  void take(const row& from);

  /// The ids of the rows' commands by line: the first row is in line 2.
  const std::vector<annals::uuid>& ids() const noexcept { return ids_; }

  /// The read models as JSON, by the names of their projections.
  std::map<std::string, std::string> models() const;

  loans::outcomes outcomes;
  loans::activities activities;
  loans::durations durations;

private:
  template <class Event>
  void apply(const std::string& id, application& self, const Event& event);

  std::unordered_map<std::string, application> applications_;
  std::vector<annals::uuid> ids_ = std::vector<annals::uuid>(2);
};

} // namespace loans
