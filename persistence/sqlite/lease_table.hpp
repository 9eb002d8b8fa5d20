#pragma once

namespace annals::sqlite {

/// What came with leases. Rows stay when a lease is given back, since its token must go on growing.
inline constexpr auto lease_table = R"sql(
CREATE TABLE leases(
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL, -- '' where it was given back
  payload TEXT NOT NULL,
  token INTEGER NOT NULL,
  until INTEGER NOT NULL) WITHOUT ROWID; -- microseconds since 1970, UTC
)sql";

} // namespace annals::sqlite
