#pragma once

#include <annals/persistence/open_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>

#include <memory>

namespace annals::sqlite {

/// Opens the store's own connection as `options` say: to write (the store is created where it is
/// missing and may be), or to read only. Throws `annals::error`.
std::unique_ptr<connection> open_main(std::string_view path, const store_options& options);

/// Opens one more connection beside `main`, for one reader. Throws `annals::error`.
std::unique_ptr<connection> open_beside(const connection& main);

/// Opens one more connection that may do what `main` may, for leases. Throws `annals::error`.
std::unique_ptr<connection> open_leases_beside(const connection& main);

} // namespace annals::sqlite
