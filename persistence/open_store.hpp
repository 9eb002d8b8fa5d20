#pragma once

#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <memory>
#include <string_view>

namespace annals {

/// What the opener means to do with a store.
enum class open_mode {
  /// Read and write; a store that is not there yet is created.
  create,
  /// Read and write a store that exists.
  existing,
  /// Only read a store that exists; all that writes gives `store_read_only`.
  read_only,
};

/// Settings that hold for every adapter.
struct store_options {
  open_mode mode = open_mode::create;
  /// How long to wait for another writer before `store_locked`; 0 or more.
  std::chrono::milliseconds lock_timeout{5000};
};

/// Opens a store by its URL: "memory:" (gone with the process), "sqlite:FILE", or a bare file
/// path, which means SQLite, or "postgresql://…" (docs/stores.md). Blocks while it opens or
/// creates. Gives `invalid_argument` (unknown scheme), `not_found`, `not_a_store`,
/// `layout_too_new`, `layout_too_old`, `store_locked`, `store_read_only`, `store_full`,
/// `store_corrupt` or `store_unavailable`, each naming the path and what to do.
result<std::unique_ptr<event_store>> open_store(std::string_view url, store_options options = {});

} // namespace annals
