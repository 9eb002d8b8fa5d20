#pragma once

#include <annals/messages/domain.hpp>
#include <annals/messages/upcasted.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <type_traits>

namespace annals {

/// An upcaster as the running system sees it: what it takes, and its function.
struct upcaster_type {
  /// The name of the struct, for messages.
  std::string label;
  upcast_kind kind = upcast_kind::event;
  /// The type and schema version that it takes.
  std::string name;
  std::uint32_t schema_version = 1;
  /// Gives `domain_threw`.
  result<upcasted> (*upcast)(boost::json::object old);
};

/// "upcaster deposit_in_cents from event bank.money_deposited (schema version 1)".
std::string describe(const upcaster_type& upcaster);

namespace detail {

/// The failure of an upcaster that threw. Called inside a catch block.
failure upcaster_threw(std::string_view label);

template <class T>
concept has_from = is_upcast_source<std::remove_cvref_t<decltype(T::from)>>;

// A struct that has either of the two is meant to be an upcaster: what it lacks is then named. A
// member `from` of each object, such as a transfer has, is something else.
template <class T>
concept meant_to_upcast = requires {
  requires !std::is_member_object_pointer_v<decltype(&T::from)>;
}
|| requires { &T::upcast; };

template <class T>
using upcast_result = std::remove_cvref_t<decltype(T::upcast(boost::json::object{}))>;

template <class T>
concept has_upcast = requires {
  {T::upcast(boost::json::object{})};
}
&&(std::same_as<upcast_result<T>, upcasted> || described<upcast_result<T>>);

template <class Upcaster>
struct check_upcaster {
  static constexpr bool says_from = has_from<Upcaster>;
  static_assert(says_from, "annals: this Upcaster has no static constexpr annals::event_name "
                           "from{\"…\", schema version} (or command_name, or aggregate_name)");
  static constexpr bool upcasts = has_upcast<Upcaster>;
  static_assert(!says_from || upcasts,
                "annals: this Upcaster has no static annals::upcasted upcast(boost::json::object "
                "old), or one that returns a described event, command or state");
  static constexpr bool good = says_from && upcasts;
};

template <class Upcaster>
upcaster_type describe_upcaster() {
  upcaster_type type;
  if constexpr (check_upcaster<Upcaster>::good) {
    type.label = type_label<Upcaster>();
    type.kind = upcast_kind_of<std::remove_cvref_t<decltype(Upcaster::from)>>();
    type.name = Upcaster::from.text();
    type.schema_version = Upcaster::from.schema_version();
    type.upcast = [](boost::json::object old) -> result<upcasted> {
      try {
        if constexpr (std::same_as<upcast_result<Upcaster>, upcasted>)
          return Upcaster::upcast(std::move(old));
        else
          return upcast_to(Upcaster::upcast(std::move(old)));
      } catch (...) {
        return upcaster_threw(type_label<Upcaster>());
      }
    };
  }
  return type;
}

} // namespace detail

} // namespace annals
