#pragma once

#include "tests/conformance/samples.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

namespace annals::tests {

/// Appends what `request_at` makes for stream "a-1" at a version until the disk is full; the
/// stream's version then, all of it acknowledged.
template <class RequestAt>
stream_version append_until_full(event_store& store, stream_version version, RequestAt request_at) {
  for (;;) {
    auto outcome = append(store, request_at(version));
    if (!outcome) {
      INFO(to_string(outcome.error()));
      CHECK(outcome.error().code == errc::store_full);
      return version;
    }
    version = outcome->version;
  }
}

/// Whether stream "a-1" has each of its versions up to `last`.
inline void check_versions(event_store& store, stream_version last) {
  auto found = versions(store.open_reader().value()->read_stream("a-1").value());
  REQUIRE(found.size() == last);
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == i + 1);
}

} // namespace annals::tests
