#pragma once

#include "tests/actors/ledger.hpp"
#include "tests/comes_true.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

namespace annals::tests {

struct places {
  temporary_folder folder;
  std::vector<std::string> urls{"memory:", "sqlite:" + folder.file("a.annals")};
};

inline config settings(const std::string& url) {
  config made;
  made.store = url;
  return made;
}

} // namespace annals::tests
