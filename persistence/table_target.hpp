#pragma once

#include <annals/persistence/projection_target.hpp>
#include <annals/persistence/sql_session.hpp>
#include <annals/persistence/stored_records.hpp>

#include <functional>
#include <string>

namespace annals {

/// What one projection writes into tables of an application's own.
struct table_projection_settings {
  /// Whose checkpoint it is.
  std::string projection;
  std::uint32_t schema_version = 1;
  /// SQL that makes the tables; run once, when the projection has no checkpoint there yet.
  std::string tables;
  /// Writes what one event changes. What it throws comes back as `domain_threw`, and nothing of the
  /// batch is kept.
  std::function<result<void>(sql_session&, const recorded_event&)> project;
  /// Which part of the log, by stream, is written here: each part has a checkpoint of its own.
  log_part part{};
};

/// Tables as a target, in whatever database: each batch and its checkpoint, in the table
/// `annals_checkpoints`, in one transaction. The first of several parts that begins makes the
/// tables and the checkpoints of all.
class table_target : public projection_target {
public:
  result<log_position> position() override;
  result<void> take_in(const target_batch& batch) override;

protected:
  explicit table_target(table_projection_settings what);

  /// Runs `body` in a transaction of its own, which stays where it gives no failure.
  virtual result<void> in_transaction(const std::function<result<void>(sql_session&)>& body) = 0;
  /// Runs some statements, in the transaction that is open.
  virtual void run_script(const std::string& sql) = 0;
  /// The database for messages.
  virtual std::string shown_place() const = 0;

  /// Makes tables and checkpoints where they are not there. Gives `invalid_argument` where the
  /// tables are of another schema version, or were written by another number of parts.
  result<void> begin();

private:
  result<void> begin(sql_session& db);
  result<bool> are_there(sql_session& db) const;
  void make(sql_session& db);
  failure other_division(std::uint32_t parts) const;
  failure has_no_checkpoint() const;
  result<void> take_in(sql_session& db, const target_batch& batch);
  result<void> project(sql_session& db, const recorded_event& event) const;

  const table_projection_settings what_;
  // In annals_checkpoints: the projection's own where there is only one part.
  const std::string name_;
};

} // namespace annals
