#pragma once

#include <annals/messages/error.hpp>

#include <string>

namespace annals::tools::bench {

/// A new schema for measurements in the database of a store's URL, which is not otherwise touched.
/// It is dropped with the object. Blocks while it asks the server; throws `annals::error`.
class postgres_place {
public:
  explicit postgres_place(const std::string& url);
  ~postgres_place();
  postgres_place(const postgres_place&) = delete;
  postgres_place& operator=(const postgres_place&) = delete;

  /// The URL of a store in the schema.
  const std::string& store() const noexcept { return store_; }
  const std::string& schema() const noexcept { return schema_; }

private:
  std::string schema_;
  std::string store_;
};

} // namespace annals::tools::bench
