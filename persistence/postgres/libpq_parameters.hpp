#pragma once

#include <annals/persistence/postgres/settings.hpp>

#include <vector>

namespace annals::postgres {

/// The settings of a connection as libpq takes them; good as long as `where`.
class libpq_parameters {
public:
  explicit libpq_parameters(const settings& where) {
    for (const auto& [keyword, value] : where.connection) {
      keywords_.push_back(keyword.c_str());
      values_.push_back(value.c_str());
    }
    keywords_.push_back(nullptr);
    values_.push_back(nullptr);
  }

  const char* const* keywords() const noexcept { return keywords_.data(); }
  const char* const* values() const noexcept { return values_.data(); }

private:
  std::vector<const char*> keywords_;
  std::vector<const char*> values_;
};

} // namespace annals::postgres
