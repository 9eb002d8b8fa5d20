#pragma once

namespace annals::sqlite {

class connection;

/// A transaction, rolled back unless it was committed. Throws `annals::error`.
class transaction {
public:
  enum class purpose { read, write };

  /// To write it waits for its turn among all writers of the file; to read it waits for nobody.
  explicit transaction(connection& db, purpose why = purpose::write);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  /// Returns when everything is on disk.
  void commit();

private:
  connection& db_;
};

} // namespace annals::sqlite
