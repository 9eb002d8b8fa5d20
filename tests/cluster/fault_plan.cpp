#include "tests/cluster/fault_plan.hpp"

#include <algorithm>
#include <array>

namespace annals::tests::cluster {

namespace {

using std::chrono::milliseconds;

constexpr std::array fault_names{"kill", "stop", "cut off", "drain", "start"};

} // namespace

std::string planned_fault::text() const {
  auto said = std::to_string(number) + ": " + std::to_string(pause.count()) + " ms, then ";
  if (what == fault_kind::drain && !starts.empty())
    said += "start " + starts + ", then ";
  said += fault_names.at(static_cast<std::size_t>(what)) + (' ' + node);
  if (what == fault_kind::stop || what == fault_kind::cut)
    said += " for " + std::to_string(length.count()) + " ms";
  if (what == fault_kind::kill)
    said += starts.empty() ? " for good" : ", then start " + starts;
  return said;
}

milliseconds fault_plan::draw(milliseconds least, milliseconds most) {
  std::uniform_int_distribution<milliseconds::rep> some{least.count(), most.count()};
  return milliseconds{some(random_)};
}

// Each kind twice in ten, in any order: none is left out for long by chance.
fault_kind fault_plan::next_kind() {
  if (round_.empty()) {
    for (auto what :
         {fault_kind::kill, fault_kind::stop, fault_kind::cut, fault_kind::drain, fault_kind::join})
      round_.insert(round_.end(), 2, what);
    std::ranges::shuffle(round_, random_);
  }
  auto what = round_.back();
  round_.pop_back();
  return what;
}

// By turns one that loses the store as well and one that keeps it, and renews its lease.
std::string fault_plan::node_for(fault_kind what) {
  std::vector<std::string> all{nodes_.begin(), nodes_.end()};
  if (what == fault_kind::cut) {
    const bool far = ++cuts_ % 2 == 1;
    std::vector<std::string> some;
    std::ranges::copy_if(all, std::back_inserter(some),
                         [far](const auto& node) { return is_far_from_store(node) == far; });
    if (!some.empty())
      all = some;
  }
  return all[random_() % all.size()];
}

bool fault_plan::is_far_from_store(const std::string& node) { return (node.back() - '0') % 2 == 1; }

std::string fault_plan::free_name() const {
  for (auto number = 1U;; ++number)
    if (auto name = "n" + std::to_string(number); !nodes_.contains(name))
      return name;
}

planned_fault fault_plan::next() {
  planned_fault step;
  step.number = ++planned_;
  step.pause = draw(milliseconds{200}, milliseconds{1500});
  step.what = next_kind();
  if (step.what == fault_kind::join && nodes_.size() == most_nodes)
    step.what = fault_kind::drain;
  if (step.what == fault_kind::cut && !can_cut_)
    step.what = fault_kind::stop;
  step.node = step.what == fault_kind::join ? free_name() : node_for(step.what);
  auto longest = (step.what == fault_kind::cut ? 5 : 3) * lease_time_;
  step.length = draw(lease_time_ + lease_time_ / 10, longest);
  const bool comes_back = random_() % 2 == 0;
  const bool are_few = nodes_.size() == fewest_nodes;
  if (step.what == fault_kind::kill && (comes_back || are_few))
    step.starts = comes_back ? step.node : free_name();
  if (step.what == fault_kind::drain && are_few)
    step.starts = free_name();
  if (step.what == fault_kind::kill || step.what == fault_kind::drain)
    nodes_.erase(step.node);
  if (step.what == fault_kind::join)
    nodes_.insert(step.node);
  if (!step.starts.empty())
    nodes_.insert(step.starts);
  return step;
}

} // namespace annals::tests::cluster
