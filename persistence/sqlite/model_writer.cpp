#include <annals/persistence/sqlite/model_writer.hpp>

namespace annals::sqlite {

model_writer::model_writer(connection& db)
    : db_{db}, put_{db, "INSERT INTO read_models(projection, checkpoint, schema_version, contents, "
                        "generation, notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                        "ON CONFLICT(projection) DO UPDATE SET checkpoint = ?2, "
                        "schema_version = ?3, contents = ?4, generation = ?5, notes = ?6 "
                        "WHERE generation = ?7"},
      remove_{db, "DELETE FROM read_models WHERE projection = ?1"} {}

bool model_writer::save(const stored_model& model) { return put(model, model.generation); }

bool model_writer::replace(const stored_model& model) { return put(model, model.generation + 1); }

bool model_writer::put(const stored_model& model, std::uint64_t as) {
  put_.execute(model.projection, model.checkpoint, model.schema_version, model.model, as,
               model.notes, model.generation);
  return db_.rows_changed() == 1;
}

void model_writer::remove(std::span<const std::string> projections) {
  for (const auto& name : projections)
    remove_.execute(name);
}

} // namespace annals::sqlite
