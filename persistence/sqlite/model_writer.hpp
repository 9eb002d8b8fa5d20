#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>

namespace annals::sqlite {

/// Writes read models, in the caller's transaction. Throws `annals::error`.
class model_writer {
public:
  explicit model_writer(connection& db);

  /// Whether it was stored: not where another generation is.
  bool save(const stored_model& model);
  /// Whether it was put in the place of the one of its generation.
  bool replace(const stored_model& model);
  void remove(std::span<const std::string> projections);

private:
  bool put(const stored_model& model, std::uint64_t as);

  connection& db_;
  statement put_;
  statement remove_;
};

} // namespace annals::sqlite
