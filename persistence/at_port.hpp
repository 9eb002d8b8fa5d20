#pragma once

#include <annals/messages/error.hpp>

#include <new>
#include <type_traits>

namespace annals {

namespace detail {

// What a body gives at the border: a result stays one, anything else becomes one.
template <class T>
struct at_port_of {
  using type = result<T>;
};
template <class T>
struct at_port_of<result<T>> {
  using type = result<T>;
};

} // namespace detail

/// Within an adapter a failure of its engine travels as `annals::error`, so that every transaction
/// on its way is rolled back; where the port begins it becomes a value again. Runs `body` at that
/// border: what it returns, or the failure that it threw.
template <class Body>
auto at_port(Body body) -> typename detail::at_port_of<std::invoke_result_t<Body&>>::type {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body&>>) {
      body();
      return {};
    } else {
      return body();
    }
  } catch (const error& e) {
    return e.why();
  } catch (const std::bad_alloc&) {
    return failure{errc::store_unavailable, "there is no memory left for the store; free some"};
  }
}

} // namespace annals
