#pragma once

#include <annals/tools/bench/targets.hpp>

#include <string>

namespace annals::tools::bench {

/// A whole run as tables for people: one a part, then the targets.
std::string as_tables(const figure_book& book, const std::vector<target>& targets);

/// The same as one JSON object.
std::string as_json(const figure_book& book, const std::vector<target>& targets,
                    const settings& how);

} // namespace annals::tools::bench
