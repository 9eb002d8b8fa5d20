#include <annals/tools/bench/group_maker.hpp>

#include <annals/tools/bench/account.hpp>

#include <annals/messages/stream_name.hpp>

#include <algorithm>
#include <numeric>

namespace annals::tools::bench {

group_maker::group_maker(std::uint64_t streams, std::uint64_t appends, std::uint64_t events,
                         const std::string& payload, std::uint64_t first)
    : versions_(streams, 0), order_(streams),
      requests_(appends), events_{events}, payload_{payload}, first_{first} {
  std::iota(order_.begin(), order_.end(), std::uint64_t{0});
  std::ranges::shuffle(order_, random_);
}

void group_maker::resize(std::uint64_t appends, std::uint64_t events) {
  requests_.resize(appends);
  events_ = events;
}

std::span<const append_request> group_maker::next() {
  for (std::size_t i = 0; i < requests_.size(); ++i)
    fill(requests_[i], events_ / requests_.size() + (i < events_ % requests_.size() ? 1 : 0));
  return requests_;
}

void group_maker::fill(append_request& request, std::uint64_t events) {
  if (turn_ == order_.size()) {
    std::ranges::shuffle(order_, random_);
    turn_ = 0;
  }
  auto stream = order_[turn_++];
  request.stream = stream_name(account::name.text(), account_id(first_ + stream));
  request.expected_version = versions_[stream];
  request.events.resize(events);
  for (auto& event : request.events) {
    event.id = make_id();
    event.type = deposited::name.text();
    event.time = annals::now();
    event.causation_id = event.correlation_id = make_id();
    event.payload = payload_;
  }
  versions_[stream] += events;
}

} // namespace annals::tools::bench
