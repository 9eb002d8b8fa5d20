#pragma once

/// Described structs as messages between processes. Include it where an actor system is set up or
/// messages are sent; domain headers do not need it. On the wire a struct is its JSON, so that two
/// builds of a program understand each other as long as the JSON does. Actor systems learn the
/// types by `config.add_message_type<deposit>("bank.deposit")`.

#include <annals/messages/command.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/json.hpp>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/save_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

#include <string>
#include <type_traits>

namespace annals {

/// A failure as the error of an actor's answer; its category is the atom "annals". Of a message
/// only the first 64 KiB go on, with "…" behind them.
caf::error make_error(errc code, std::string message);
caf::error to_caf_error(const failure& why);

/// The failure inside an actor's error answer; errors of CAF itself become `stopping` (the
/// receiver is gone), `timed_out` or `internal`.
failure to_failure(const caf::error& why);

namespace detail {

template <class T>
caf::error load_json(const std::string& text, T& value) {
  auto loaded = from_json<T>(text, unknown_members::ignore);
  if (!loaded)
    return to_caf_error(loaded.error());
  value = std::move(*loaded);
  return caf::none;
}

/// Runs the inspector over the JSON text of `value`.
template <class Inspector, class Save, class Load>
typename Inspector::result_type inspect_text(Inspector& f, const char* name, Save save, Load load) {
  std::string text;
  auto write = [&]() -> caf::error {
    auto written = save();
    if (!written)
      return to_caf_error(written.error());
    text = std::move(*written);
    return caf::none;
  };
  auto read = [&] { return load(text); };
  return f(caf::meta::type_name(name), caf::meta::save_callback(write), text,
           caf::meta::load_callback(read));
}

} // namespace detail

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, command_body& body) {
  std::string name{body.name()};
  std::uint32_t schema_version = body.schema_version();
  std::string text;
  auto write = [&]() -> caf::error {
    auto json = body.to_json();
    if (!json)
      return to_caf_error(json.error());
    text = std::move(*json);
    return caf::none;
  };
  auto read = [&]() -> caf::error {
    body = command_body::json(name, text, schema_version);
    return caf::none;
  };
  return f(caf::meta::type_name("annals.command_body"), caf::meta::save_callback(write), name,
           schema_version, text, caf::meta::load_callback(read));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, command& x) {
  // As plain numbers: an optional and a time point are none of the library's own types.
  bool expects = x.expected_version.has_value();
  stream_version expected = x.expected_version.value_or(0);
  std::int64_t deadline = x.deadline.time_since_epoch().count();
  auto load = [&]() -> caf::error {
    x.expected_version = expects ? std::optional{expected} : std::nullopt;
    x.deadline = timestamp{timestamp::duration{deadline}};
    return caf::none;
  };
  return f(caf::meta::type_name("annals.command"), x.aggregate, x.id, x.command_id.data,
           x.correlation_id.data, x.metadata, expects, expected, deadline, x.body,
           caf::meta::load_callback(load));
}

} // namespace annals

namespace caf {

/// Found by argument-dependent look-up through the inspector, whatever namespace the domain's
/// struct lives in.
template <class Inspector, class T>
  requires(annals::described<T>&& annals::json_codable<T>)
typename Inspector::result_type inspect(Inspector& f, T& value) {
  return annals::detail::inspect_text(
      f, "described", [&] { return annals::to_json(value); },
      [&](const std::string& text) { return annals::detail::load_json(text, value); });
}

} // namespace caf
