#include <annals/persistence/testing/faulty_store.hpp>

#include <thread>
#include <utility>

namespace annals::testing {

faulty_store::faulty_store(std::unique_ptr<event_store> inner, std::shared_ptr<faults> plan,
                           bool always_blocks)
    : forwarding_store{std::move(inner)}, plan_{std::move(plan)}, always_blocks_{always_blocks} {}

std::vector<append_outcome> faulty_store::append(std::span<const append_request> requests) {
  auto step = plan_->next();
  if (step.delay.count() > 0)
    std::this_thread::sleep_for(step.delay);
  if (step.what == faults::effect::fail)
    return std::vector<append_outcome>(requests.size(), step.why);
  auto outcomes = forwarding_store::append(requests);
  if (step.what == faults::effect::lose)
    outcomes.assign(requests.size(), step.why);
  return outcomes;
}

bool faulty_store::blocks() const noexcept { return always_blocks_ || forwarding_store::blocks(); }

} // namespace annals::testing
