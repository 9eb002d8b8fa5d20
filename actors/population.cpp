#include <annals/actors/population.hpp>

#include <utility>

namespace annals {

namespace {

// How many that are at work are passed over in search of one that is not.
constexpr int most_passed_over = 64;

} // namespace

resident* population::find(std::string_view id) {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

resident& population::add(std::string id, aggregate_actor actor,
                          std::shared_ptr<instance_traffic> commands) {
  auto made = std::make_unique<resident>();
  made->id = std::move(id);
  made->actor = std::move(actor);
  made->commands = std::move(commands);
  auto& added = *made;
  by_id_.emplace(added.id, std::move(made));
  by_use_.push_back(added);
  return added;
}

void population::touch(resident& used, timestamp when) {
  used.last_used = when;
  if (&by_use_.back() != &used)
    by_use_.splice(by_use_.end(), by_use_, by_use_.iterator_to(used));
  note_oldest();
}

std::unique_ptr<resident> population::take_idle(timestamp until) {
  int passed_over = 0;
  for (auto& one : by_use_) {
    if (one.last_used > until || ++passed_over > most_passed_over)
      break;
    if (one.commands->under_way.load(std::memory_order_acquire) == 0)
      return take(one);
  }
  return nullptr;
}

std::unique_ptr<resident> population::take_any() {
  return by_use_.empty() ? nullptr : take(by_use_.front());
}

std::unique_ptr<resident> population::take(resident& one) {
  auto found = by_id_.find(one.id);
  auto taken = std::move(found->second);
  by_id_.erase(found);
  by_use_.erase(by_use_.iterator_to(*taken));
  note_oldest();
  return taken;
}

void population::note_oldest() noexcept {
  auto first = by_use_.empty() ? never : by_use_.front().last_used.time_since_epoch().count();
  oldest_.store(first, std::memory_order_relaxed);
}

} // namespace annals
