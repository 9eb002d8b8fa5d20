#include <annals/persistence/testing/conformance/writer_seats.hpp>

#include <algorithm>

namespace annals::conformance {

writer_seats::writer_seats(const testing::store_place& place, std::size_t count) {
  auto stores = place.outlives_its_object ? count : 1;
  for (std::size_t i = 0; i < stores; ++i)
    stores_.push_back(place.open());
}

std::vector<append_outcome> writer_seats::append(std::size_t seat,
                                                 std::span<const append_request> requests) {
  std::unique_lock turn{turn_, std::defer_lock};
  if (stores_.size() == 1)
    turn.lock();
  for (;;) {
    auto outcomes = store_of(seat).append(requests);
    auto has_waited_in_vain = std::ranges::any_of(outcomes, [](const append_outcome& outcome) {
      return outcome.has_error() && outcome.error().code == errc::store_locked;
    });
    if (!has_waited_in_vain)
      return outcomes;
  }
}

append_outcome writer_seats::append(std::size_t seat, const append_request& request) {
  return append(seat, std::span{&request, 1}).at(0);
}

std::unique_ptr<event_reader> writer_seats::open_reader(std::size_t seat) {
  return store_of(seat).open_reader().value();
}

} // namespace annals::conformance
