#include <annals/tools/bench/figures.hpp>

#include <algorithm>

namespace annals::tools::bench {

void figure_book::add(const subject& of, const figures& measured) {
  auto& rounds = rounds_[of];
  if (rounds.empty())
    order_.push_back(of);
  rounds.push_back(measured);
}

const figures& figure_book::middle(const subject& of) const {
  const auto& rounds = rounds_.at(of);
  std::vector<const figures*> by_rate;
  for (const auto& round : rounds)
    by_rate.push_back(&round);
  auto middle = by_rate.begin() + static_cast<std::ptrdiff_t>((by_rate.size() - 1) / 2);
  std::ranges::nth_element(by_rate, middle, {}, &figures::per_second);
  return **middle;
}

std::optional<double> figure_book::ratio(const subject& of, const subject& to) const {
  auto upper = rounds_.find(of);
  auto lower = rounds_.find(to);
  if (upper == rounds_.end() || lower == rounds_.end())
    return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(upper->second.size(), lower->second.size()); ++i)
    if (lower->second[i].per_second > 0)
      ratios.push_back(upper->second[i].per_second / lower->second[i].per_second);
  if (ratios.empty())
    return std::nullopt;
  auto middle = ratios.begin() + static_cast<std::ptrdiff_t>((ratios.size() - 1) / 2);
  std::ranges::nth_element(ratios, middle);
  return *middle;
}

void set_percentiles(figures& measured, std::vector<std::uint32_t>& nanoseconds) {
  if (nanoseconds.empty())
    return;
  auto at = [&](double share) {
    auto place = static_cast<std::size_t>(share * static_cast<double>(nanoseconds.size() - 1));
    auto found = nanoseconds.begin() + static_cast<std::ptrdiff_t>(place);
    std::ranges::nth_element(nanoseconds, found);
    return static_cast<double>(*found) / 1000;
  };
  measured.p50_us = at(0.5);
  measured.p99_us = at(0.99);
  measured.p999_us = at(0.999);
}

} // namespace annals::tools::bench
