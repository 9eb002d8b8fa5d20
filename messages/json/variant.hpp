#pragma once

#include <annals/messages/json/described.hpp>

#include <variant>

namespace annals {

namespace detail {

template <class T>
concept has_durable_name = requires {
  T::name.text();
};

/// The tag of a variant's alternative: its durable name, or what kind of scalar it is.
template <class T>
std::string alternative_tag() {
  constexpr bool scalar = std::is_arithmetic_v<T> || std::same_as<T, std::string>;
  static_assert(has_durable_name<T> || scalar || std::same_as<T, std::monostate>,
                "annals: a struct in a variant needs a durable name, so that its stored form "
                "outlives a renaming: static constexpr annals::type_name name{\"…\"};");
  if constexpr (has_durable_name<T>)
    return std::string{T::name.text()};
  else if constexpr (std::same_as<T, std::monostate>)
    return "none";
  else if constexpr (std::same_as<T, bool>)
    return "boolean";
  else if constexpr (std::is_integral_v<T>)
    return "integer";
  else if constexpr (std::is_floating_point_v<T>)
    return "number";
  else
    return "string";
}

} // namespace detail

template <>
struct json_codec<std::monostate> {
  static void write(json_out& out, std::monostate) { out.raw("null"); }
  static bool read(const boost::json::value& json, std::monostate&, json_in& in) {
    return json.is_null() || in.expected("null", json);
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "null"}};
  }
};

/// A variant is {"type": …, "value": …}, the type being the alternative's durable name, or
/// "boolean", "integer", "number", "string" or "none".
template <class... Alternatives>
struct json_codec<std::variant<Alternatives...>> {
  using value_type = std::variant<Alternatives...>;

  static void write(json_out& out, const value_type& value) {
    std::visit(
        [&]<class T>(const T& held) {
          out.raw("{\"type\":");
          out.string(detail::alternative_tag<T>());
          out.raw(",\"value\":");
          json_codec<T>::write(out, held);
          out.raw('}');
          if (out.failed())
            out.within("value");
        },
        value);
  }

  static bool read(const boost::json::value& json, value_type& value, json_in& in) {
    auto object = json.if_object();
    auto type = object ? object->if_contains("type") : nullptr;
    auto held = object ? object->if_contains("value") : nullptr;
    if (type == nullptr || held == nullptr || !type->is_string() || object->size() != 2)
      return in.expected("an object with \"type\" and \"value\"", json);
    bool good = true;
    bool matched = false;
    (read_one<Alternatives>(*type, *held, value, in, matched, good), ...);
    if (!matched)
      return in.expected("one of " + tags(), *type) || in.within("type");
    return good || in.within("value");
  }

  static boost::json::value schema(schema_builder& builder) {
    boost::json::array all;
    (all.push_back(one_schema<Alternatives>(builder)), ...);
    return boost::json::object{{"oneOf", std::move(all)}};
  }

private:
  template <class T>
  static void read_one(const boost::json::value& type, const boost::json::value& held,
                       value_type& value, json_in& in, bool& matched, bool& good) {
    auto tag = detail::alternative_tag<T>();
    if (matched || type.get_string() != boost::json::string_view{tag.data(), tag.size()})
      return;
    matched = true;
    good = json_codec<T>::read(held, value.template emplace<T>(), in);
  }

  template <class T>
  static boost::json::object one_schema(schema_builder& builder) {
    boost::json::object tag{{"const", detail::alternative_tag<T>()}};
    boost::json::object properties{{"type", std::move(tag)},
                                   {"value", json_codec<T>::schema(builder)}};
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", boost::json::array{"type", "value"}}};
  }

  static std::string tags() {
    std::string all;
    ((all += (all.empty() ? "" : ", ") + detail::alternative_tag<Alternatives>()), ...);
    return all;
  }
};

} // namespace annals
