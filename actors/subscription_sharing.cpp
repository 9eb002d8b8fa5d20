#include <annals/actors/subscriptions.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/actors/log.hpp>
#include <annals/messages/text.hpp>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

// What the subscriptions of several nodes share.

void subscriptions::offer_all(group& of, log_position begin) {
  const auto& settings = of.settings;
  of.node = parts_.nodes->name();
  std::vector<membership::task> tasks;
  for (handout::part_id part = 0; part < settings.partitions; ++part) {
    auto what =
        std::make_shared<duty>(settings.partitions == 1 ? subscription_duty(settings.name)
                                                        : subscription_duty(settings.name, part));
    of.duties.push_back(what);
    tasks.push_back(task_for(of, what, part, begin));
  }
  parts_.nodes->take_on(std::move(tasks));
}

// Called on the thread of the membership, which is let go of before the group ends.
membership::task subscriptions::task_for(const group& of, const std::shared_ptr<duty>& what,
                                         handout::part_id part, log_position begin) const {
  membership::task task{what};
  task.begun = [this, settings = of.settings, actor = of.actor, held = what.get(), part,
                begin]() -> result<void> {
    auto reader = parts_.open_reader();
    if (!reader)
      return reader.error();
    auto place = take_over_place(parts_, **reader, settings, part, begin,
                                 held->fence().value_or(lease_fence{held->name(), 0}));
    leave_system();
    if (place)
      caf::anon_send(actor, part_begins{part, std::move(*place)});
    else if (place.error().code == errc::invalid_argument)
      caf::anon_send(actor, give_up{place.error()});
    return place ? result<void>{} : place.error();
  };
  task.ended = [system = parts_.system, actor = of.actor, name = of.settings.name,
                part](std::chrono::milliseconds longest) {
    {
      caf::scoped_actor self{*system};
      self->request(actor, longest, part_ends{part, longest})
          .receive([](finished) {},
                   [&](const caf::error& why) {
                     log().warn("the subscription {}: a callback had not returned after {} ms, and "
                                "its event may come again at another node ({})",
                                annals::quoted(name), longest.count(), to_string(to_failure(why)));
                   });
    }
    leave_system();
  };
  return task;
}

subscription_status subscriptions::group::status_now() const {
  auto now = status->get();
  for (const auto& one : duties) {
    auto by = one->fence() ? node : one->elsewhere();
    if (!by.empty())
      now.nodes.push_back(std::move(by));
  }
  std::ranges::sort(now.nodes);
  auto same = std::ranges::unique(now.nodes);
  now.nodes.erase(same.begin(), same.end());
  return now;
}

} // namespace annals
