#pragma once

#include <annals/messages/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// How deep the JSON of an event or its metadata may be nested: what `json_document` reads.
inline constexpr std::size_t deepest_json = 64;

/// Whether `text` is one JSON text in UTF-8, at most `deepest` levels deep. Keeps nothing of it.
/// Gives `undecodable` saying what is wrong at which byte.
result<void> check_json(std::string_view text, std::size_t deepest = deepest_json);

/// Whether `text` is a JSON object, as above.
result<void> check_json_object(std::string_view text, std::size_t deepest = deepest_json);

/// A member of an object, its value as it is written: a view into the object's text.
struct json_slice {
  std::string name;
  std::string_view value;
};

/// The members of an object in their order, without taking their values apart. `object` must have
/// passed `check_json_object`.
std::vector<json_slice> slice_object(std::string_view object);

} // namespace annals
