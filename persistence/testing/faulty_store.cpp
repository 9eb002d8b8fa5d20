#include <annals/persistence/testing/faulty_store.hpp>

#include <thread>
#include <utility>

namespace annals::testing {

faulty_store::faulty_store(std::unique_ptr<event_store> inner, std::shared_ptr<faults> plan,
                           bool always_blocks)
    : inner_{std::move(inner)}, plan_{std::move(plan)}, always_blocks_{always_blocks} {}

std::vector<append_outcome> faulty_store::append(std::span<const append_request> requests) {
  auto step = plan_->next();
  if (step.delay.count() > 0)
    std::this_thread::sleep_for(step.delay);
  if (step.what == faults::effect::fail)
    return std::vector<append_outcome>(requests.size(), step.why);
  auto outcomes = inner_->append(requests);
  if (step.what == faults::effect::lose)
    outcomes.assign(requests.size(), step.why);
  return outcomes;
}

result<void> faulty_store::save_model(const stored_model& model) {
  return inner_->save_model(model);
}

result<void> faulty_store::save_snapshots(std::span<const stored_snapshot> snapshots,
                                          std::size_t keep) {
  return inner_->save_snapshots(snapshots, keep);
}

result<std::uint64_t> faulty_store::drop_snapshots(std::string_view stream) {
  return inner_->drop_snapshots(stream);
}

result<std::uint64_t> faulty_store::forget_outcomes(timestamp before, std::size_t limit) {
  return inner_->forget_outcomes(before, limit);
}

result<std::unique_ptr<event_reader>> faulty_store::open_reader() { return inner_->open_reader(); }

bool faulty_store::blocks() const noexcept { return always_blocks_ || inner_->blocks(); }

} // namespace annals::testing
