#include <annals/persistence/sqlite/transaction.hpp>

#include <annals/persistence/sqlite/connection.hpp>

#include <sqlite3.h>

namespace annals::sqlite {

transaction::transaction(connection& db, purpose why) : db_{db} {
  db_.execute(why == purpose::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

// A rollback that fails leaves a transaction which the next BEGIN reports.
transaction::~transaction() {
  if (db_.in_transaction())
    sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void transaction::commit() { db_.execute("COMMIT"); }

} // namespace annals::sqlite
