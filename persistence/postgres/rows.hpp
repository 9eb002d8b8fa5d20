#pragma once

#include <annals/messages/ids.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pg_result;

namespace annals::postgres {

/// One row of an answer; good as long as the `rows` that it is of.
class row {
public:
  row(const pg_result* of, int index) : of_{of}, index_{index} {}

  /// A bigint.
  std::int64_t number(int column) const;
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(number(column)); }
  /// The bytes as the server sent them.
  std::string_view bytes(int column) const;
  /// A text of ours, as it was before it was stored.
  std::string text(int column) const;
  /// Nil for NULL.
  uuid id(int column) const;
  bool flag(int column) const;

private:
  const pg_result* of_;
  int index_;
};

/// What a statement answered, all of it, in binary.
class rows {
public:
  explicit rows(pg_result* answer);

  int size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  row operator[](int index) const { return row{answer_.get(), index}; }
  /// libpq's own answer and its status.
  const pg_result* raw() const noexcept { return answer_.get(); }
  int status() const noexcept;
  /// How many rows the statement changed.
  std::uint64_t changed() const;

private:
  struct clear {
    void operator()(pg_result* answer) const;
  };
  std::unique_ptr<pg_result, clear> answer_;
};

} // namespace annals::postgres
