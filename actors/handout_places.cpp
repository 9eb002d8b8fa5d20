#include <annals/actors/handout_state.hpp>

#include <annals/actors/log.hpp>
#include <annals/messages/text.hpp>

#include <spdlog/logger.h>

namespace annals {

void handout_state::on_begin(part_begins beginning) {
  end(beginning.part);
  handout_->begin(beginning.part, beginning.place.checkpoint);
  turns_[beginning.part] = {++last_turn_, std::move(beginning.place)};
  on_hint();
}

caf::result<finished> handout_state::on_end(const part_ends& ending) {
  auto found = turns_.find(ending.part);
  if (found == turns_.end() || found->second.ending)
    return finished{};
  handout_->close(ending.part);
  found->second.ending = self_->make_response_promise<promise>();
  self_->delayed_send(self_, ending.longest / 2, part_is_late{ending.part, found->second.number});
  pump();
  return caf::delegated<finished>{};
}

// What is acknowledged by now is stored in any case: a callback may take longer than the lease.
void handout_state::on_late(const part_is_late& late) {
  auto* of = find(late.part, late.turn);
  if (of == nullptr || of->is_settled)
    return;
  *of->withdrawn = true;
  save(late.part, *of, [] {});
  auto left = std::make_shared<std::size_t>(actors_.size() + 1);
  auto one_less = [this, left, late] {
    auto* then = --*left == 0 ? find(late.part, late.turn) : nullptr;
    if (then != nullptr)
      settle(late.part, *then);
  };
  for (const auto& [id, actor] : actors_)
    self_->request<caf::message_priority::high>(actor, caf::infinite, drop_withdrawn{})
        .then([one_less](finished) { one_less(); }, [one_less](const caf::error&) { one_less(); });
  one_less();
}

caf::result<finished> handout_state::on_finish() {
  finishing_ = true;
  auto answer = self_->make_response_promise<promise>();
  auto left = std::make_shared<std::size_t>(turns_.size() + 1);
  auto one_less = [left, answer]() mutable {
    if (--*left == 0)
      answer.deliver(finished{});
  };
  for (auto& [part, of] : turns_)
    save(part, of, one_less);
  one_less();
  return caf::delegated<finished>{};
}

handout_state::turn* handout_state::find(handout::part_id part, std::uint64_t number) {
  auto found = turns_.find(part);
  return found == turns_.end() || found->second.number != number ? nullptr : &found->second;
}

void handout_state::settle_what_is_done() {
  // Settling may end one.
  for (auto next = turns_.begin(); next != turns_.end();) {
    auto& [part, of] = *next++;
    if (of.ending && handout_->in_flight(part) == 0)
      settle(part, of);
  }
}

void handout_state::settle(handout::part_id part, turn& of) {
  if (std::exchange(of.is_settled, true))
    return;
  *of.withdrawn = true;
  save(part, of, [this, part, number = of.number] {
    if (find(part, number) == nullptr)
      return;
    end(part);
    publish();
  });
}

void handout_state::end(handout::part_id part) {
  auto found = turns_.find(part);
  if (found == turns_.end())
    return;
  *found->second.withdrawn = true;
  handout_->end(part);
  auto ending = std::move(found->second.ending);
  turns_.erase(found);
  if (ending)
    ending->deliver(finished{});
}

void handout_state::save_when_due() {
  auto now = std::chrono::steady_clock::now();
  if (now < save_due_)
    return;
  save_due_ = now + parts_.save_interval;
  for (auto& [part, of] : turns_)
    if (of.saves_under_way == 0 && !of.is_settled)
      save(part, of, [] {});
}

// `then` is called at once where there is nothing to store.
void handout_state::save(handout::part_id part, turn& of, std::function<void()> then) {
  auto position = handout_->acknowledged(part);
  if (of.place.projection.empty() || of.is_lost || position == of.place.checkpoint)
    return then();
  auto place = of.place;
  place.checkpoint = position;
  ++of.saves_under_way;
  self_->request(parts_.journal, caf::infinite, save_model{std::move(place)})
      .then(
          [this, part, position, number = of.number, then](finished) {
            if (auto* saved = find(part, number)) {
              --saved->saves_under_way;
              saved->place.checkpoint = position;
            }
            then();
          },
          [this, part, number = of.number, then](const caf::error& why) {
            was_not_saved(part, number, to_failure(why));
            then();
          });
}

void handout_state::was_not_saved(handout::part_id part, std::uint64_t number, const failure& why) {
  auto subscription = annals::quoted(parts_.settings.name);
  auto* of = find(part, number);
  if (of != nullptr)
    --of->saves_under_way;
  if (why.code != errc::lease_lost)
    return log().warn("the subscription {}: how far it is was not stored, so that events come "
                      "again after a restart: {}",
                      subscription, to_string(why));
  if (of == nullptr || of->is_lost)
    return;
  log().warn("the subscription {}: another node hands it out; what was acknowledged here and not "
             "stored may come again there: {}",
             subscription, to_string(why));
  of->is_lost = *of->withdrawn = true;
  handout_->close(part);
}

} // namespace annals
