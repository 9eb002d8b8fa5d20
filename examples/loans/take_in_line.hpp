#pragma once

#include "take_in.hpp"

namespace loans {

/// One line on how `take-in` is called.
inline constexpr auto take_in_usage = "loans take-in CSV [--store URL] [--in-flight N]";

/// The whole of `loans take-in …`; `argv[0]` is "take-in". Returns the exit code, as that of
/// `annals::run`. Blocks until done; never throws.
int run_take_in(int argc, const char* const* argv);

} // namespace loans
