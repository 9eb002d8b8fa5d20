#include <annals/tools/schema_comparison.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <set>
#include <utility>

namespace annals::tools {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string_view text_of(const value& json) {
  return {json.get_string().data(), json.get_string().size()};
}

std::string_view text_member(const object& schema, const char* name) {
  const auto* found = schema.if_contains(name);
  return found != nullptr && found->is_string() ? text_of(*found) : std::string_view{};
}

template <class As>
auto member_as(const object& schema, const char* name, As as) -> decltype(as(schema.at(name))) {
  const auto* found = schema.if_contains(name);
  return found != nullptr ? as(*found) : nullptr;
}

const object* object_member(const object& schema, const char* name) {
  return member_as(schema, name, [](const value& json) { return json.if_object(); });
}

const array* array_member(const object& schema, const char* name) {
  return member_as(schema, name, [](const value& json) { return json.if_array(); });
}

bool contains(const array* items, const value& wanted) {
  if (items != nullptr)
    for (const auto& item : *items)
      if (item == wanted)
        return true;
  return false;
}

// What may be null is "anyOf" of the type and null.
const object* inside_optional(const object& schema) {
  const auto* either = array_member(schema, "anyOf");
  if (either == nullptr || either->size() != 2 || !(*either)[0].is_object()
      || !(*either)[1].is_object() || text_member((*either)[1].get_object(), "type") != "null")
    return nullptr;
  return &(*either)[0].get_object();
}

// What tells the alternatives of a variant apart; empty where it is none of ours.
std::string_view tag_of(const value& alternative) {
  const auto* one = alternative.if_object();
  const auto* properties = one != nullptr ? object_member(*one, "properties") : nullptr;
  const auto* type = properties != nullptr ? object_member(*properties, "type") : nullptr;
  return type != nullptr ? text_member(*type, "const") : std::string_view{};
}

const object* alternative(const array& all, std::string_view tag) {
  for (const auto& one : all)
    if (tag_of(one) == tag)
      return object_member(*object_member(one.get_object(), "properties"), "value");
  return nullptr;
}

/// What kind of thing a schema describes, for rules and for people.
std::string kind_of(const object& schema) {
  if (inside_optional(schema) != nullptr)
    return "something that may be left out";
  if (array_member(schema, "oneOf") != nullptr)
    return "a variant";
  if (array_member(schema, "enum") != nullptr)
    return "an enumeration";
  auto type = text_member(schema, "type");
  if (type == "object")
    return schema.contains("properties") ? "a struct" : "a map";
  if (type == "array")
    return schema.contains("prefixItems") ? "a tuple" : "an array";
  if (type != "string")
    return type.empty() ? "something else" : std::string{type};
  for (const char* detail : {"format", "contentEncoding"})
    if (auto form = text_member(schema, detail); !form.empty())
      return "string (" + std::string{form} + ")";
  return "string";
}

// Numbers as JSON has them, from the smallest int64 to the largest uint64.
bool less(const value& left, const value& right) {
  if (left.is_int64() && right.is_int64())
    return left.get_int64() < right.get_int64();
  if (left.is_uint64() && right.is_uint64())
    return left.get_uint64() < right.get_uint64();
  if (left.is_int64() && right.is_uint64())
    return std::cmp_less(left.get_int64(), right.get_uint64());
  if (left.is_uint64() && right.is_int64())
    return std::cmp_less(left.get_uint64(), right.get_int64());
  return false;
}

// A range or a size that only one of the two has is a change, too.
bool narrower(const object& before, const object& after, const char* least, const char* most) {
  const auto *low = after.if_contains(least), *old_low = before.if_contains(least);
  const auto *high = after.if_contains(most), *old_high = before.if_contains(most);
  return (low != nullptr && (old_low == nullptr || less(*old_low, *low)))
         || (high != nullptr && (old_high == nullptr || less(*high, *old_high)));
}

std::string range_of(const object& schema, const char* least, const char* most) {
  auto end = [&](const char* name) {
    const auto* found = schema.if_contains(name);
    return found != nullptr ? boost::json::serialize(*found) : std::string{"any"};
  };
  return end(least) + " to " + end(most);
}

// Doubles hold the integers up to 2^53 exactly.
bool fits_double(const object& integer) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  const auto *low = integer.if_contains("minimum"), *high = integer.if_contains("maximum");
  return low != nullptr && high != nullptr && !less(*low, value(-exact))
         && !less(value(exact), *high);
}

class comparison {
public:
  comparison(const object& before, const object& after, reading_rules rules)
      : before_{before}, after_{after}, rules_{rules} {}

  std::vector<schema_change> run() {
    compare(before_, after_, "");
    return std::move(changes_);
  }

private:
  void changed(const std::string& where, std::string what, bool of_membership = false) {
    changes_.push_back({where, std::move(what), of_membership});
  }

  static const object& resolve(const object& schema, const object& root) {
    constexpr std::string_view prefix = "#/$defs/";
    auto reference = text_member(schema, "$ref");
    const auto* definitions = object_member(root, "$defs");
    if (!reference.starts_with(prefix) || definitions == nullptr)
      return schema;
    auto name = reference.substr(prefix.size());
    const auto* found = definitions->if_contains({name.data(), name.size()});
    return found != nullptr && found->is_object() ? found->get_object() : schema;
  }

  void compare(const object& before, const object& after, const std::string& where) {
    const auto& old = resolve(before, before_);
    const auto& now = resolve(after, after_);
    // A type that holds itself is looked at once.
    bool referenced = &old != &before || &now != &after;
    if (referenced && !seen_.insert({&old, &now}).second)
      return;
    const auto *old_inside = inside_optional(old), *now_inside = inside_optional(now);
    if (now_inside != nullptr)
      return compare(old_inside != nullptr ? *old_inside : old, *now_inside, where);
    if (old_inside != nullptr)
      return changed(where, "it may be left out in what was written, and is required now");
    compare_kinds(old, now, where);
  }

  void compare_kinds(const object& old, const object& now, const std::string& where) {
    auto was = kind_of(old), is = kind_of(now);
    bool still_read = (is == "string" && (was.starts_with("string") || was == "an enumeration"))
                      || (was == "integer" && is == "number" && fits_double(old));
    if (was != is)
      return still_read ? void() : changed(where, "it was " + was + ", and is " + is + " now");
    if (is == "a struct")
      return compare_structs(old, now, where);
    if (is == "an enumeration")
      return compare_enumerations(old, now, where);
    if (is == "a variant")
      return compare_variants(old, now, where);
    if (is == "a map")
      return compare_inside(old, now, "additionalProperties", where + "{}");
    if (is == "an array")
      return compare_arrays(old, now, where);
    if (is == "a tuple")
      return compare_tuples(old, now, where);
    if (is == "integer" && narrower(old, now, "minimum", "maximum"))
      return changed(where, "its range was " + range_of(old, "minimum", "maximum") + ", and is "
                                + range_of(now, "minimum", "maximum") + " now");
    if (is == "something else" && old != now)
      changed(where, "its schema has changed");
  }

  void compare_structs(const object& old, const object& now, const std::string& where) {
    static const object none;
    const auto* was = object_member(old, "properties");
    const auto* is = object_member(now, "properties");
    was = was != nullptr ? was : &none;
    is = is != nullptr ? is : &none;
    auto inner = [&](boost::json::string_view name) {
      return (where.empty() ? "" : where + ".") + std::string{name.data(), name.size()};
    };
    std::string gone;
    for (const auto& member : *was) {
      const auto* still = is->if_contains(member.key());
      if (still == nullptr) {
        gone += (gone.empty() ? "" : ", ") + std::string{member.key().data(), member.key().size()};
        if (rules_.refuses_unknown)
          changed(inner(member.key()), "it is gone, and refused where it is sent", true);
      } else if (member.value().is_object() && still->is_object()) {
        compare(member.value().get_object(), still->get_object(), inner(member.key()));
      }
    }
    for (const auto& member : *is)
      if (!was->contains(member.key())
          && contains(array_member(now, "required"), value(member.key())))
        compare_added(inner(member.key()), gone);
  }

  void compare_added(const std::string& where, const std::string& gone) {
    auto renamed =
        gone.empty() ? "" : " (" + gone + " is gone: if it was renamed, an upcaster keeps it)";
    if (!rules_.missing_takes_default)
      changed(where, "it is new and required, and what was written lacks it" + renamed, true);
    else if (!gone.empty())
      changed(where, "it is new and would take its default" + renamed, true);
  }

  void compare_enumerations(const object& old, const object& now, const std::string& where) {
    for (const auto& one : *array_member(old, "enum"))
      if (!contains(array_member(now, "enum"), one))
        changed(where, "its value " + boost::json::serialize(one) + " is gone");
  }

  void compare_variants(const object& old, const object& now, const std::string& where) {
    const auto& all = *array_member(now, "oneOf");
    for (const auto& one : *array_member(old, "oneOf")) {
      auto tag = tag_of(one);
      const auto* was = alternative(*array_member(old, "oneOf"), tag);
      const auto* is = alternative(all, tag);
      if (is == nullptr)
        changed(where, "its alternative " + std::string{tag} + " is gone");
      else if (was != nullptr)
        compare(*was, *is, where + "(" + std::string{tag} + ")");
    }
  }

  void compare_arrays(const object& old, const object& now, const std::string& where) {
    if (narrower(old, now, "minItems", "maxItems"))
      changed(where, "its number of items was " + range_of(old, "minItems", "maxItems")
                         + ", and is " + range_of(now, "minItems", "maxItems") + " now");
    if (!old.contains("uniqueItems") && now.contains("uniqueItems"))
      changed(where, "an item may be in what was written twice, and only once now");
    compare_inside(old, now, "items", where + "[]");
  }

  void compare_tuples(const object& old, const object& now, const std::string& where) {
    const auto *was = array_member(old, "prefixItems"), *is = array_member(now, "prefixItems");
    if (was == nullptr || is == nullptr || was->size() != is->size())
      return changed(where, "its number of items has changed");
    for (std::size_t i = 0; i < was->size(); ++i)
      if ((*was)[i].is_object() && (*is)[i].is_object())
        compare((*was)[i].get_object(), (*is)[i].get_object(),
                where + "[" + std::to_string(i) + "]");
  }

  void compare_inside(const object& old, const object& now, const char* name,
                      const std::string& where) {
    const auto *was = object_member(old, name), *is = object_member(now, name);
    if (was != nullptr && is != nullptr)
      compare(*was, *is, where);
  }

  const object& before_;
  const object& after_;
  reading_rules rules_;
  std::set<std::pair<const object*, const object*>> seen_;
  std::vector<schema_change> changes_;
};

} // namespace

std::string to_string(const schema_change& change) {
  return (change.where.empty() ? "" : "member " + change.where + ": ") + change.what;
}

std::vector<schema_change> compare_schemas(const object& before, const object& after,
                                           reading_rules rules) {
  return comparison{before, after, rules}.run();
}

} // namespace annals::tools
