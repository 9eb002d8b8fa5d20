#include <annals/actors/served/store_clerk.hpp>

#include <annals/persistence/served/answering.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <functional>
#include <utility>

namespace annals {

namespace {

using served::answer_with;
using served::store_call;

struct clerk_state {
  static constexpr const char* name = "annals.store_clerk";

  std::function<std::string(std::string_view)> answer;
};

store_clerk_actor::behavior_type clerk(store_clerk_actor::stateful_pointer<clerk_state> self,
                                       std::function<std::string(std::string_view)> answer) {
  self->state.answer = std::move(answer);
  return {[self](const std::string& question) { return self->state.answer(question); }};
}

template <class T, class Open, class Answer>
std::string with_opened(std::shared_ptr<T>& opened, Open open, Answer answer) {
  if (!opened) {
    auto made = open();
    if (!made)
      return served::encode_answer(result<void>{made.error()});
    opened = std::move(*made);
  }
  return answer(*opened);
}

std::string answer_about_models(store_writer& writer, store_call what, std::string_view question) {
  if (what == store_call::save_model)
    return answer_with<stored_model>(question,
                                     [&](const auto& model) { return writer.save(model); });
  if (what == store_call::replace_model)
    return answer_with<stored_model, std::vector<std::string>>(
        question,
        [&](const auto& model, const auto& removed) { return writer.replace(model, removed); });
  return answer_with<std::vector<std::string>>(
      question, [&](const auto& names) { return writer.remove_models(names); });
}

std::string answer_writing(store_writer& writer, std::string_view question) {
  auto what = served::call_of(question).value();
  switch (what) {
    case store_call::save_snapshots:
      return answer_with<std::vector<stored_snapshot>, std::size_t>(
          question,
          [&](const auto& snapshots, auto keep) { return writer.save_snapshots(snapshots, keep); });
    case store_call::drop_snapshots:
      return answer_with<std::string>(
          question, [&](const auto& stream) { return writer.drop_snapshots(stream); });
    case store_call::forget_outcomes:
      return answer_with<timestamp, std::size_t>(
          question, [&](auto before, auto limit) { return writer.forget_outcomes(before, limit); });
    case store_call::take_over:
      return answer_with<std::vector<command_outcome>, std::vector<held_value>>(
          question, [&](const auto& outcomes, const auto& values) {
            return writer.take_over(outcomes, values);
          });
    default: return answer_about_models(writer, what, question);
  }
}

} // namespace

store_clerk_actor spawn_reading_clerk(caf::actor_system& system, event_store& store) {
  return system.spawn<caf::detached>(
      clerk, [&store, reader = std::shared_ptr<event_reader>{}](std::string_view question) mutable {
        return with_opened(
            reader, [&] { return store.open_reader(); },
            [&](event_reader& open) { return served::answer_reading(open, question); });
      });
}

store_clerk_actor spawn_lease_clerk(caf::actor_system& system, event_store& store) {
  return system.spawn<caf::detached>(
      clerk, [&store, leases = std::shared_ptr<lease_store>{}](std::string_view question) mutable {
        return with_opened(
            leases, [&] { return store.open_leases(); },
            [&](lease_store& open) { return served::answer_of_leases(open, question); });
      });
}

store_clerk_actor spawn_model_clerk(caf::actor_system& system, model_look look) {
  return system.spawn<caf::detached>(clerk, [look](std::string_view question) {
    return answer_with<std::string, std::optional<log_position>>(question, look);
  });
}

store_clerk_actor spawn_writing_clerk(caf::actor_system& system,
                                      std::shared_ptr<store_writer> writer) {
  return system.spawn<caf::detached>(
      clerk, [writer](std::string_view question) { return answer_writing(*writer, question); });
}

} // namespace annals
