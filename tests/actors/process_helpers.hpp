#pragma once

#include "tests/actors/wallets.hpp"
#include "tests/comes_true.hpp"

#include <annals/messages/reacted.hpp>
#include <annals/persistence/open_store.hpp>

#include <vector>

namespace annals::tests {

/// Whether no process manager has anything to do but to wait for timers.
inline bool is_quiet(node& on) {
  for (const auto& one : on.processes())
    if (!one.stopped && (one.position < one.end || one.open_commands != 0))
      return false;
  return true;
}

inline bool all_quiet(node& on) {
  return comes_true([&] { return is_quiet(on); });
}

/// Sends a command under a correlation id of its own, which it returns.
template <class Aggregate, class Command>
uuid ask(node& on, std::string id, Command body) {
  command_options options;
  options.correlation_id = make_id();
  on.ask<Aggregate>(std::move(id), std::move(body), options).get().value();
  return options.correlation_id;
}

/// As above, again and again until there is an answer.
template <class Command>
uuid ask_until_answered(node& on, const std::string& id, const Command& body) {
  command_options options;
  options.command_id = options.correlation_id = make_id();
  const bool answered =
      comes_true([&] { return on.ask<wallets::wallet>(id, body, options).get().has_value(); });
  return answered ? options.correlation_id : uuid{};
}

inline std::int64_t cents_of(node& on, std::string_view wallet) {
  return on.load<wallets::wallet>(wallet).value().cents;
}

/// The stream of a process, decoded.
inline std::vector<reacted> reactions_of(node& on, const std::string& manager,
                                         const uuid& process) {
  std::vector<reacted> all;
  const auto stream = stream_name(manager, to_string(process));
  for (const auto& event : on.open_reader().value()->read_stream(stream).value())
    all.push_back(decode_reacted(event).value());
  return all;
}

template <class Process>
Process state_of(const std::vector<reacted>& reactions) {
  return from_json<Process>(reactions.back().state.text).value();
}

} // namespace annals::tests
