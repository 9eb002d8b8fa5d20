#pragma once

namespace annals::postgres {

/// What came with leases. Rows stay when a lease is given back, since its token must go on growing;
/// they are updated in place (no index on what changes, room on their pages).
inline constexpr auto lease_table = R"sql(
CREATE TABLE leases(
  name text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  payload text NOT NULL,
  token bigint NOT NULL,
  until timestamptz NOT NULL) WITH (fillfactor = 50);
COMMENT ON COLUMN leases.owner IS 'empty where the lease was given back';
)sql";

} // namespace annals::postgres
