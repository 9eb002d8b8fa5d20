#pragma once

#include <annals/messages/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::postgres {

/// Many values of one type, as one argument of a statement, in PostgreSQL's binary form.
class array {
public:
  static array of_numbers() { return array{20, 1016}; }
  static array of_texts() { return array{25, 1009}; }
  static array of_ids() { return array{2950, 2951}; }
  static array of_flags() { return array{16, 1000}; }

  array& add(std::int64_t number);
  array& add(std::uint64_t number) { return add(static_cast<std::int64_t>(number)); }
  array& add(std::string_view text);
  /// Nil is stored as it is.
  array& add(const uuid& id);
  /// Nil becomes NULL.
  array& add_or_null(const uuid& id);
  array& add_flag(bool flag);

  std::size_t size() const noexcept { return count_; }

private:
  friend class arguments;

  array(std::uint32_t element, std::uint32_t whole);
  std::string finished() &&;

  std::string bytes_;
  std::uint32_t whole_;
  std::uint32_t count_ = 0;
  bool has_null_ = false;
};

/// What a statement is run with, for $1, $2, …; everything is copied.
class arguments {
public:
  arguments& add(std::int64_t number);
  /// A number past the largest that PostgreSQL has becomes that one.
  arguments& add(std::uint64_t number);
  arguments& add(std::string_view text);
  arguments& add(const uuid& id);
  /// Nil becomes NULL.
  arguments& add_or_null(const uuid& id);
  arguments& add_flag(bool flag);
  arguments& add(array values);

  // As libpq takes them.
  int size() const noexcept { return static_cast<int>(values_.size()); }
  const std::uint32_t* types() const noexcept { return types_.data(); }
  std::vector<const char*> values() const;
  std::vector<int> lengths() const;

private:
  arguments& add(std::uint32_t type, std::optional<std::string> value);

  std::vector<std::uint32_t> types_;
  std::vector<std::optional<std::string>> values_;
};

} // namespace annals::postgres
