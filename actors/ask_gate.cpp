#include <annals/actors/ask_gate.hpp>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>

#include <utility>
#include <vector>

namespace annals {

namespace {

reply to_reply(caf::mailbox_element& answer) {
  auto& content = answer.content();
  if (content.match_elements<receipt>())
    return std::move(content.get_mutable_as<receipt>(0));
  if (content.match_elements<caf::error>())
    return to_failure(content.get_as<caf::error>(0));
  return failure{errc::internal, "the dispatcher gave an answer of an unexpected type"};
}

failure closed() { return {errc::stopping, "the node has stopped; ask again after the restart"}; }

} // namespace

ask_gate::ask_gate(caf::actor_system& system, dispatcher_actor dispatcher)
    : dispatcher_{std::move(dispatcher)}, companion_{caf::actor_cast<caf::strong_actor_ptr>(
                                              system.spawn<caf::actor_companion, caf::hidden>())} {
  auto companion = caf::actor_cast<caf::actor_companion*>(companion_);
  companion->on_enqueue([this](caf::mailbox_element_ptr answer) { on_answer(*answer); });
}

ask_gate::~ask_gate() { close(); }

void ask_gate::ask(command envelope, callback done) {
  auto number = last_number_.fetch_add(1, std::memory_order_relaxed) + 1;
  ++asking_;
  if (enter(number, done)) {
    auto id = caf::message_id{number}.with_normal_priority();
    auto target = caf::actor_cast<caf::strong_actor_ptr>(dispatcher_);
    target->enqueue(companion_, id, caf::make_message(std::move(envelope)), nullptr);
  }
  if (--asking_ == 0)
    asking_.notify_all();
  if (done)
    done(closed());
}

// Leaves `done` where it was when the gate has closed.
bool ask_gate::enter(std::uint64_t number, callback& done) {
  auto& part = shard_of(number);
  std::lock_guard guard{part.mutex};
  if (part.closed)
    return false;
  part.waiting.emplace(number, std::exchange(done, {}));
  return true;
}

void ask_gate::close() {
  std::vector<callback> unanswered;
  for (auto& part : shards_) {
    std::lock_guard guard{part.mutex};
    part.closed = true;
    for (auto& [number, done] : part.waiting)
      unanswered.push_back(std::move(done));
    part.waiting.clear();
  }
  for (auto& done : unanswered)
    done(closed());
  if (!companion_)
    return;
  for (auto asking = asking_.load(); asking != 0; asking = asking_.load())
    asking_.wait(asking);
  // What actor_companion::disconnect is for, which the library declares and does not define.
  auto companion = caf::actor_cast<caf::actor_companion*>(companion_);
  companion->on_enqueue({});
  companion->cleanup(caf::exit_reason::normal, nullptr);
  companion_ = nullptr;
  dispatcher_ = nullptr;
}

ask_gate::callback ask_gate::take(std::uint64_t number) {
  auto& part = shard_of(number);
  std::lock_guard guard{part.mutex};
  auto found = part.waiting.find(number);
  if (found == part.waiting.end())
    return {};
  auto done = std::move(found->second);
  part.waiting.erase(found);
  return done;
}

void ask_gate::on_answer(caf::mailbox_element& answer) {
  if (!answer.mid.is_response())
    return;
  if (auto done = take(answer.mid.request_id().integer_value()))
    done(to_reply(answer));
}

} // namespace annals
