#pragma once

#include "tests/persistence/temporary_folder.hpp"
#include "tests/tools/child.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace annals::tests {

/// A folder with a store, and the program with the small domain that works on it.
class ledger {
public:
  using arguments = std::vector<std::string>;

  std::string store() const { return folder_.file("ledger.db"); }
  std::string file(const std::string& name) const { return folder_.file(name); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  /// How the program is started with `line` on the store.
  child_setup setup(arguments line) const {
    child_setup made;
    made.program = LEDGER_PROGRAM;
    made.arguments = std::move(line);
    made.environment = {"ANNALS_STORE=" + store()};
    return made;
  }

  ended run(arguments line, std::string_view input = {}) const {
    return run_to_end(setup(std::move(line)), input);
  }

  /// The same store with the program that has no domain.
  ended annals(arguments line, std::string_view input = {}) const {
    auto made = setup(std::move(line));
    made.program = ANNALS_PROGRAM;
    return run_to_end(made, input);
  }

  /// Deposits `cents` into `account` through the command line.
  void deposit(const std::string& account, int cents) const;

  /// The lines of an export with `count` deposits of one cent, spread over as many accounts as
  /// said. The deposit at line `pausing` (from 1) stops whoever decodes it; 0 for none.
  static std::string lines(int count, int pausing = 0, int accounts = 10);

  /// A store with these lines.
  void fill(int count, int pausing = 0) const;

  static std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
  }

private:
  temporary_folder folder_;
};

} // namespace annals::tests
