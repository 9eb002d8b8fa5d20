#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/postgres/session.hpp>

namespace annals::postgres {

/// Writes what is not appended: read models, snapshots, and the forgetting of outcomes. All of it
/// may be done twice, and is where the answer is lost. Throws `annals::error`.
class side_writer {
public:
  explicit side_writer(session& writing) : session_{writing} {}

  result<void> save(const stored_model& model);
  result<std::uint64_t> replace(const stored_model& model, std::span<const std::string> removed);
  void remove_models(std::span<const std::string> projections);
  void save(std::span<const stored_snapshot> snapshots, std::size_t keep);
  std::uint64_t drop_snapshots(std::string_view stream);
  std::uint64_t forget_outcomes(timestamp before, std::size_t limit);
  void take_over(std::span<const command_outcome> outcomes, std::span<const held_value> values);

private:
  session& session_;
};

} // namespace annals::postgres
