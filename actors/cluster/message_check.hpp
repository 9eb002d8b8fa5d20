#pragma once

#include <caf/io/basp/message_type.hpp>

#include <string_view>

namespace annals {

/// Whether CAF can read the payload of such a message without harm. CAF 0.17 reads messages within
/// messages, as an error has one, by recursion without an end, and makes room for a buffer of
/// whatever length is claimed inside of a message; a group it would connect to.
bool reads_safely(caf::io::basp::message_type operation, std::string_view payload);

} // namespace annals
