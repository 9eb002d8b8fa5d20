#pragma once

#include <annals/messages/json/codec.hpp>
#include <annals/messages/json/keys.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace annals {

namespace detail {

template <class Range>
void write_array(json_out& out, const Range& range) {
  out.raw('[');
  bool first = true;
  std::size_t index = 0;
  for (const auto& item : range) {
    out.separate(first);
    json_codec<typename Range::value_type>::write(out, item);
    if (out.failed())
      return out.within("[" + std::to_string(index) + "]");
    ++index;
  }
  out.raw(']');
}

template <class Item, class Take>
bool read_array(const boost::json::value& json, json_in& in, Take take) {
  if (!json.is_array())
    return in.expected("an array", json);
  std::size_t index = 0;
  for (const auto& element : json.get_array()) {
    Item item{};
    if (!json_codec<Item>::read(element, item, in) || !take(index, std::move(item)))
      return in.within(index);
    ++index;
  }
  return true;
}

template <class Item>
boost::json::object array_schema(schema_builder& builder) {
  return {{"type", "array"}, {"items", json_codec<Item>::schema(builder)}};
}

/// Vectors and deques: arrays in order.
template <class Sequence>
struct sequence_codec {
  using item = typename Sequence::value_type;

  static void write(json_out& out, const Sequence& value) { write_array(out, value); }
  static bool read(const boost::json::value& json, Sequence& value, json_in& in) {
    value.clear();
    return read_array<item>(json, in, [&](std::size_t, item&& one) {
      value.push_back(std::move(one));
      return true;
    });
  }
  static boost::json::value schema(schema_builder& builder) { return array_schema<item>(builder); }
};

/// Maps: objects in order of their keys, so that equal maps are equal texts.
template <class Map>
struct map_codec {
  using key = typename Map::key_type;
  using mapped = typename Map::mapped_type;

  static void write(json_out& out, const Map& value) {
    out.raw('{');
    bool first = true;
    for (const auto* entry : in_order(value)) {
      auto name = json_key<key>::write(entry->first);
      out.separate(first);
      out.string(name);
      out.raw(':');
      json_codec<mapped>::write(out, entry->second);
      if (out.failed())
        return out.within(name);
    }
    out.raw('}');
  }
  static bool read(const boost::json::value& json, Map& value, json_in& in) {
    value.clear();
    if (!json.is_object())
      return in.expected("an object", json);
    for (const auto& entry : json.get_object()) {
      std::string_view name{entry.key().data(), entry.key().size()};
      key at{};
      mapped item{};
      if (!json_key<key>::read(name, at, in) || !json_codec<mapped>::read(entry.value(), item, in))
        return in.within(name);
      value.insert_or_assign(std::move(at), std::move(item));
    }
    return true;
  }
  static boost::json::value schema(schema_builder& builder) {
    return boost::json::object{{"type", "object"},
                               {"additionalProperties", json_codec<mapped>::schema(builder)}};
  }

private:
  static auto in_order(const Map& value) {
    std::vector<const typename Map::value_type*> entries;
    entries.reserve(value.size());
    for (const auto& entry : value)
      entries.push_back(&entry);
    if constexpr (!requires { typename Map::key_compare; })
      std::sort(entries.begin(), entries.end(),
                [](auto* left, auto* right) { return left->first < right->first; });
    return entries;
  }
};

} // namespace detail

template <class Item>
struct json_codec<std::vector<Item>> : detail::sequence_codec<std::vector<Item>> {};

template <class Item>
struct json_codec<std::deque<Item>> : detail::sequence_codec<std::deque<Item>> {};

template <class Key, class Item>
struct json_codec<std::map<Key, Item>> : detail::map_codec<std::map<Key, Item>> {};

template <class Key, class Item, class Hash>
struct json_codec<std::unordered_map<Key, Item, Hash>>
    : detail::map_codec<std::unordered_map<Key, Item, Hash>> {};

template <class Item>
struct json_codec<std::set<Item>> {
  static void write(json_out& out, const std::set<Item>& value) { detail::write_array(out, value); }
  static bool read(const boost::json::value& json, std::set<Item>& value, json_in& in) {
    value.clear();
    return detail::read_array<Item>(json, in, [&](std::size_t, Item&& one) {
      return value.insert(std::move(one)).second || in.fail("the item stands in the set twice");
    });
  }
  static boost::json::value schema(schema_builder& builder) {
    auto schema = detail::array_schema<Item>(builder);
    schema["uniqueItems"] = true;
    return schema;
  }
};

template <class Item, std::size_t Size>
struct json_codec<std::array<Item, Size>> {
  static void write(json_out& out, const std::array<Item, Size>& value) {
    detail::write_array(out, value);
  }
  static bool read(const boost::json::value& json, std::array<Item, Size>& value, json_in& in) {
    if (json.is_array() && json.get_array().size() != Size)
      return in.expected("an array of " + std::to_string(Size), json);
    return detail::read_array<Item>(json, in, [&](std::size_t index, Item&& one) {
      value[index] = std::move(one);
      return true;
    });
  }
  static boost::json::value schema(schema_builder& builder) {
    auto schema = detail::array_schema<Item>(builder);
    schema["minItems"] = schema["maxItems"] = Size;
    return schema;
  }
};

/// A pair is an array of two.
template <class First, class Second>
struct json_codec<std::pair<First, Second>> {
  using value_type = std::pair<First, Second>;

  static void write(json_out& out, const value_type& value) {
    out.raw('[');
    json_codec<First>::write(out, value.first);
    out.raw(',');
    json_codec<Second>::write(out, value.second);
    out.raw(']');
  }
  static bool read(const boost::json::value& json, value_type& value, json_in& in) {
    if (!json.is_array() || json.get_array().size() != 2)
      return in.expected("an array of 2", json);
    const auto& items = json.get_array();
    return (json_codec<First>::read(items[0], value.first, in) || in.within(std::size_t{0}))
           && (json_codec<Second>::read(items[1], value.second, in) || in.within(std::size_t{1}));
  }
  static boost::json::value schema(schema_builder& builder) {
    boost::json::array items{json_codec<First>::schema(builder),
                             json_codec<Second>::schema(builder)};
    return boost::json::object{
        {"type", "array"}, {"prefixItems", std::move(items)}, {"minItems", 2}, {"maxItems", 2}};
  }
};

/// An empty optional is null; as a member it may be left out as well.
template <class Item>
struct json_codec<std::optional<Item>> {
  static void write(json_out& out, const std::optional<Item>& value) {
    if (value)
      json_codec<Item>::write(out, *value);
    else
      out.raw("null");
  }
  static bool read(const boost::json::value& json, std::optional<Item>& value, json_in& in) {
    if (json.is_null()) {
      value.reset();
      return true;
    }
    return json_codec<Item>::read(json, value.emplace(), in);
  }
  static boost::json::value schema(schema_builder& builder) {
    boost::json::array either{json_codec<Item>::schema(builder),
                              boost::json::object{{"type", "null"}}};
    return boost::json::object{{"anyOf", std::move(either)}};
  }
};

} // namespace annals
