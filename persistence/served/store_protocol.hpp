#pragma once

#include <annals/persistence/served/record_fields.hpp>
#include <annals/persistence/served/store_line.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace annals::served {

/// The form of questions and answers. Two builds that differ in it do not share a store.
inline constexpr std::uint64_t protocol_version = 1;

/// What is asked of a store: a call of its port each.
enum class store_call : std::uint8_t {
  append,
  // of a reader
  read_stream,
  read_log,
  read_log_part,
  find_by_correlation,
  version_of,
  last_position,
  list_streams,
  load_model,
  list_models,
  generation_of,
  load_snapshot,
  read_outcomes,
  find_outcomes,
  find_outcome,
  list_outcomes,
  holder_of,
  list_values,
  // of the node, not of its store
  live_model,
  // of leases
  acquire,
  renew,
  release,
  list_leases,
  forget_leases,
  clock,
  // of the writer
  save_model,
  replace_model,
  remove_models,
  save_snapshots,
  drop_snapshots,
  forget_outcomes,
  take_over,
};

constexpr store_call last_of(store_call) noexcept { return store_call::take_over; }

constexpr bool is_reading(store_call what) noexcept {
  return what >= store_call::read_stream && what <= store_call::list_values;
}
constexpr bool is_of_leases(store_call what) noexcept {
  return what >= store_call::acquire && what <= store_call::clock;
}
/// What changes nothing: all that a node answers that does not serve its store to be written.
constexpr bool only_looks(store_call what) noexcept {
  return is_reading(what) || what == store_call::live_model || what == store_call::list_leases
         || what == store_call::clock;
}
/// What is not to be done twice.
constexpr bool is_writing(store_call what) noexcept {
  return what == store_call::append || what >= store_call::save_model;
}

/// Some events, and whether there may be more behind them.
struct event_page {
  std::vector<recorded_event> events;
  /// Up to where a part of the log was read.
  log_position read_to = 0;
  bool has_more = false;
};

template <class Form, record_of<event_page> T>
void fields(Form& form, T& x) {
  form(x.events, x.read_to, x.has_more);
}

/// A read model in a node's memory.
struct model_now {
  log_position position = 0;
  std::string json;
};

template <class Form, record_of<model_now> T>
void fields(Form& form, T& x) {
  form(x.position, x.json);
}

/// How many bytes of events go into a page, more or less.
inline constexpr std::size_t bytes_of_page = 1U << 20;

template <class... Arguments>
std::string encode_question(store_call what, const Arguments&... arguments) {
  byte_out out;
  out(what, arguments...);
  return out.take();
}

/// What a question asks for; nothing where it is none.
inline std::optional<store_call> call_of(std::string_view question) {
  byte_in in{question.substr(0, 8)};
  store_call what{};
  in(what);
  return in.ended_well() ? std::optional{what} : std::nullopt;
}

/// `Answer` is a `result`.
template <class Answer>
std::string encode_answer(const Answer& answer) {
  byte_out out;
  out(answer);
  return out.take();
}

failure malformed(std::string_view what);

/// Reads the arguments of a question and answers with what `call` makes of them.
template <class... Arguments, class Call>
std::string answer_with(std::string_view question, Call call) {
  std::tuple<Arguments...> arguments;
  byte_in in{question};
  store_call what{};
  in(what);
  std::apply([&](auto&... each) { in(each...); }, arguments);
  using answer = decltype(std::apply(call, std::move(arguments)));
  if (!in.ended_well())
    return encode_answer(answer{malformed("question")});
  return encode_answer(std::apply(call, std::move(arguments)));
}

/// Reads an answer that came over a line; gives `internal` where it is none.
template <class T>
result<T> decode_answer(const store_line& line, std::string_view text) {
  result<T> answer{failure{}};
  byte_in in{text};
  in(answer);
  if (!in.ended_well())
    return malformed("answer");
  if (!answer)
    return as_told_by(line, answer.error());
  return answer;
}

} // namespace annals::served
