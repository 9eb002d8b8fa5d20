#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/time.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// How records travel between a node that serves its store and one that uses it: numbers of eight
// bytes, the lowest first, texts with their length before them, and members one after the other as
// their `fields` (record_fields.hpp) names them. Both sides have said which version of this they
// speak (store_protocol.hpp); nothing of it is ever stored.
namespace annals::served {

/// A record of that type, to be written or to be read.
template <class T, class Record>
concept record_of = std::same_as<std::remove_const_t<T>, Record>;

/// Writes.
class byte_out {
public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

  const std::string& text() const noexcept { return text_; }
  std::string take() noexcept { return std::move(text_); }

private:
  void put_number(std::uint64_t value);

  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void put(T value) { put_number(static_cast<std::uint64_t>(value)); }

  void put(std::string_view value) {
    put_number(value.size());
    text_.append(value);
  }
  void put(const std::string& value) { put(std::string_view{value}); }

  void put(const uuid& value) { text_.append(value.begin(), value.end()); }
  void put(timestamp value) {
    put_number(static_cast<std::uint64_t>(value.time_since_epoch().count()));
  }
  void put(std::chrono::milliseconds value) {
    put_number(static_cast<std::uint64_t>(value.count()));
  }

  void put(const failure& why) { (*this)(why.code, why.message); }

  template <class T>
  void put(std::span<const T> values) {
    put_number(values.size());
    for (const auto& value : values)
      put(value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(std::span<const T>{values});
  }

  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value)
      put(*value);
  }

  template <class T>
  void put(const result<T>& value) {
    put(value.has_value());
    if (!value)
      return put(value.error());
    if constexpr (!std::is_void_v<T>)
      put(*value);
  }

  template <class T>
    requires requires(byte_out& out, const T& value) { fields(out, value); }
  void put(const T& value) { fields(*this, value); }

  std::string text_;
};

/// Reads what a stranger may have written: whatever is not as `byte_out` writes it makes it fail,
/// and then every value is empty.
class byte_in {
public:
  explicit byte_in(std::string_view text) : rest_{text} {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

  /// Whether all was there, and nothing was left over.
  bool ended_well() const noexcept { return !failed_ && rest_.empty(); }

private:
  std::uint64_t get_number();
  std::string_view get_bytes(std::uint64_t count);
  void fail() noexcept;

  void get(bool& value) {
    auto number = get_number();
    if (number > 1)
      fail();
    value = number == 1;
  }

  template <class T>
    requires std::is_arithmetic_v<T>
  void get(T& value) {
    auto number = get_number();
    value = static_cast<T>(number);
    if (static_cast<std::uint64_t>(value) != number)
      fail();
  }

  void get(std::string& value) { value = get_bytes(get_number()); }
  void get(uuid& value);
  void get(errc& value);
  void get(timestamp& value);
  void get(std::chrono::milliseconds& value);
  void get(failure& why) { (*this)(why.code, why.message); }

  // Enumerations say which is their last value.
  template <class T>
    requires std::is_enum_v<T>
  void get(T& value) {
    auto number = get_number();
    if (number > static_cast<std::uint64_t>(last_of(T{})))
      fail();
    value = failed_ ? T{} : static_cast<T>(number);
  }

  // Each value takes a byte at least: no room is made for more than can be there.
  template <class T>
  void get(std::vector<T>& values) {
    auto count = get_number();
    if (count > rest_.size())
      return fail();
    values.clear();
    while (count-- > 0 && !failed_)
      get(values.emplace_back());
  }

  template <class T>
  void get(std::optional<T>& value) {
    bool is_there = false;
    get(is_there);
    T found{};
    if (is_there)
      get(found);
    value = is_there ? std::optional{std::move(found)} : std::nullopt;
  }

  template <class T>
  void get(result<T>& value) {
    bool is_there = false;
    get(is_there);
    if (!is_there) {
      failure why;
      get(why);
      value = std::move(why);
    } else if constexpr (std::is_void_v<T>) {
      value = result<void>{};
    } else {
      T found{};
      get(found);
      value = std::move(found);
    }
  }

  template <class T>
    requires requires(byte_in& in, T& value) { fields(in, value); }
  void get(T& value) { fields(*this, value); }

  std::string_view rest_;
  bool failed_ = false;
};

} // namespace annals::served
