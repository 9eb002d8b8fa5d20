#pragma once

#include <annals/messages/json/codec.hpp>
#include <annals/messages/names.hpp>

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <type_traits>
#include <variant>

namespace annals {

namespace detail {

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public
                                                            | boost::describe::mod_inherited>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T, class Pointer>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*std::declval<Pointer>())>;

} // namespace detail

/// A described struct is an object of its public members, in the order of the description.
template <class T>
requires boost::describe::has_describe_members<T>::value struct json_codec<T> {
  static void write(json_out& out, const T& value) {
    out.raw('{');
    bool first = true;
    boost::mp11::mp_for_each<detail::members_of<T>>([&](auto member) {
      if (out.failed())
        return;
      out.separate(first);
      out.raw('"');
      out.raw(member.name);
      out.raw("\":");
      write_member(out, value.*member.pointer);
      if (out.failed())
        out.within(member.name);
    });
    out.raw('}');
  }

  static bool read(const boost::json::value& json, T& value, json_in& in) {
    if (!json.is_object())
      return in.expected("an object", json);
    const auto& object = json.get_object();
    bool good = true;
    std::size_t known = 0;
    boost::mp11::mp_for_each<detail::members_of<T>>([&](auto member) {
      if (good)
        good = read_member(object, member.name, value.*member.pointer, known, in);
    });
    if (good && known != object.size() && in.refuses_unknown_members())
      return name_unknown_member(object, in);
    return good;
  }

  static boost::json::value schema(schema_builder& builder) {
    return builder.define(type_label<T>(), [](schema_builder& nested) {
      boost::json::object properties;
      boost::json::array required;
      boost::mp11::mp_for_each<detail::members_of<T>>([&](auto member) {
        using item = detail::member_type<T, decltype(member.pointer)>;
        properties[member.name] = json_codec<item>::schema(nested);
        if (!detail::is_optional<item>)
          required.emplace_back(member.name);
      });
      return boost::json::object{{"type", "object"},
                                 {"properties", std::move(properties)},
                                 {"required", std::move(required)}};
    });
  }

private:
  template <class Item>
  static void write_member(json_out& out, const Item& item) {
    json_codec<Item>::write(out, item);
  }

  template <class Item>
  static bool read_member(const boost::json::object& object, const char* name, Item& item,
                          std::size_t& known, json_in& in) {
    auto found = object.if_contains(name);
    if (found == nullptr) {
      if constexpr (detail::is_optional<Item>)
        return true;
      else
        return !in.refuses_missing_members() || in.fail("the member is missing") || in.within(name);
    }
    ++known;
    return json_codec<Item>::read(*found, item, in) || in.within(name);
  }

  static bool name_unknown_member(const boost::json::object& object, json_in& in) {
    std::string known;
    std::string_view stranger;
    for (const auto& entry : object) {
      bool found = false;
      boost::mp11::mp_for_each<detail::members_of<T>>(
          [&](auto member) { found = found || entry.key() == member.name; });
      if (!found && stranger.empty())
        stranger = {entry.key().data(), entry.key().size()};
    }
    boost::mp11::mp_for_each<detail::members_of<T>>(
        [&](auto member) { known += (known.empty() ? "" : ", ") + std::string{member.name}; });
    in.fail("there is no such member; " + (known.empty() ? "it has none" : "it has " + known));
    return in.within(stranger);
  }
};

/// A described enum is the name of its enumerator.
template <class Enum>
  requires(std::is_enum_v<Enum>&& boost::describe::has_describe_enumerators<Enum>::value)
struct json_codec<Enum> {
  static void write(json_out& out, Enum value) {
    const char* name = boost::describe::enum_to_string(value, nullptr);
    if (name == nullptr)
      return out.fail("the value " + std::to_string(static_cast<long long>(value))
                      + " has no name in the enumeration");
    out.string(name);
  }
  static bool read(const boost::json::value& json, Enum& value, json_in& in) {
    if (json.is_string() && boost::describe::enum_from_string(json.get_string().c_str(), value))
      return true;
    return in.expected("one of " + names(), json);
  }
  static boost::json::value schema(schema_builder&) {
    boost::json::array all;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto enumerator) { all.emplace_back(enumerator.name); });
    return boost::json::object{{"enum", std::move(all)}};
  }

private:
  static std::string names() {
    std::string all;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto enumerator) { all += (all.empty() ? "" : ", ") + std::string{enumerator.name}; });
    return all;
  }
};

} // namespace annals
