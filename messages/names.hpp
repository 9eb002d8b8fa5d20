#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace annals {

namespace detail {

consteval bool is_durable_name(std::string_view text) {
  for (char c : text) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '.')
      return false;
  }
  return !text.empty() && text.size() <= 200;
}

// Not constexpr, so that a bad name is a compile error that shows this function's name.
void a_durable_name_has_1_to_200_letters_digits_dots_or_underscores();

} // namespace detail

/// A name that is stored, or known to other programs, and so outlives the C++ name it belongs
/// to: 1 to 200 letters, digits, dots or underscores, checked when the program is compiled.
template <class Kind>
class durable_name {
public:
  /// `text` is a string literal; `schema_version` (1 or more) numbers the shape of what is stored.
  consteval durable_name(const char* text, std::uint32_t schema_version = 1)
      : text_{text}, schema_version_{schema_version} {
    if (!detail::is_durable_name(text_) || schema_version == 0)
      detail::a_durable_name_has_1_to_200_letters_digits_dots_or_underscores();
  }

  constexpr std::string_view text() const noexcept { return text_; }
  constexpr std::uint32_t schema_version() const noexcept { return schema_version_; }

private:
  std::string_view text_;
  std::uint32_t schema_version_;
};

/// The type of `T::name`: what kind of thing a described struct is.
using event_name = durable_name<struct event_kind>;
using command_name = durable_name<struct command_kind>;
using aggregate_name = durable_name<struct aggregate_kind>;
using projection_name = durable_name<struct projection_kind>;
using process_manager_name = durable_name<struct process_manager_kind>;

/// Names a struct that is an alternative of a variant, so that its JSON outlives a renaming.
using type_name = durable_name<struct type_kind>;

} // namespace annals
