#include <annals/tools/suggest.hpp>

#include <algorithm>
#include <numeric>

namespace annals::tools {

namespace {

// How many letters must be put in, taken out or replaced (Levenshtein), a row of the table at a
// time.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      auto replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

} // namespace

std::string_view nearest(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64; // what is longer is no slip of the finger
  std::string_view best;
  if (typed.size() > longest)
    return best;
  auto least = typed.size() / 3 + 2;
  for (const auto& name : known)
    if (auto far = distance(typed, name); far < least) {
      least = far;
      best = name;
    }
  return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
  auto name = nearest(typed, known);
  return name.empty() ? std::string{} : "; did you mean '" + std::string{name} + "'?";
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? "none" : all;
}

} // namespace annals::tools
