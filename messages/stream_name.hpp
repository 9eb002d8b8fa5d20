#pragma once

#include <annals/messages/ids.hpp>

#include <string_view>

namespace annals {

/// Whether `name` can be the durable name of a type: 1 to 200 letters, digits, dots or
/// underscores. For names that come from outside; those of the domain are checked when it is
/// compiled.
bool is_type_name(std::string_view name) noexcept;

/// Whether `stream` has the shape `<aggregate type>-<id>` with a type's name and an id that
/// `check_id` allows. Gives `invalid_id` naming the stream and what is wrong with it.
result<void> check_stream_name(std::string_view stream);

} // namespace annals
