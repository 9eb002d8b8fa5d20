#include <annals/persistence/sqlite/outcome_row.hpp>

#include <annals/persistence/stored_code.hpp>

namespace annals::sqlite {

command_outcome outcome_from(const rows& row) {
  command_outcome outcome;
  outcome.stream = row.text(0);
  outcome.command_id = row.id(1);
  outcome.correlation_id = row.id(2);
  outcome.command = row.text(3);
  outcome.time = timestamp{std::chrono::microseconds{row.number(4)}};
  outcome.digest = row.count(5);
  outcome.version = row.count(6);
  outcome.position = row.count(7);
  outcome.events = static_cast<std::uint32_t>(row.number(8));
  if (auto code = row.text(9); !code.empty())
    outcome.why = failure{code_named(code), std::string{row.text(10)}};
  return outcome;
}

} // namespace annals::sqlite
