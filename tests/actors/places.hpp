#pragma once

#include "tests/actors/ledger.hpp"
#include "tests/comes_true.hpp"
#ifdef ANNALS_TESTS_HAVE_POSTGRES
#include "tests/persistence/postgres_server.hpp"
#endif
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

namespace annals::tests {

/// A new store of each kind.
struct places {
  temporary_folder folder;
  std::vector<std::string> urls{"memory:", "sqlite:" + folder.file("a.annals")};
  /// How many there are; all but the first keep tables.
#ifdef ANNALS_TESTS_HAVE_POSTGRES
  static constexpr std::size_t kinds = 3;
#else
  static constexpr std::size_t kinds = 2;
#endif

#ifdef ANNALS_TESTS_HAVE_POSTGRES
  places() {
    static postgres_server server;
    static int schemas = 0;
    urls.push_back(server.store_url("place" + std::to_string(++schemas)));
  }
#endif
};

inline config settings(const std::string& url) {
  config made;
  made.store = url;
  return made;
}

} // namespace annals::tests
