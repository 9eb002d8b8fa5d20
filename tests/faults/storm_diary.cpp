#include "tests/faults/storm_diary.hpp"

#include <fstream>
#include <sstream>

namespace annals::tests::storm {

namespace {

void take_line(diary& into, const std::string& line) {
  std::istringstream parts{line};
  std::string word;
  parts >> word;
  if (word == "trouble") {
    into.troubles.push_back(line);
  } else if (word == "count") {
    std::uint64_t number = 0;
    parts >> word >> number;
    into.counts[word] += number;
  } else {
    place at;
    parts >> at.caller >> at.number;
    auto& answers = into.asked[at];
    if (word == "asked")
      return;
    answer given;
    given.accepted = word == "accepted";
    if (given.accepted)
      parts >> given.stream >> given.version >> given.position >> given.events;
    else
      std::getline(parts >> std::ws, given.reason);
    answers.push_back(std::move(given));
  }
}

} // namespace

diary diary::read(const std::string& path) {
  diary made;
  std::ifstream file{path};
  const std::string end{line_end};
  for (std::string line; std::getline(file, line);)
    if (line.ends_with(end))
      take_line(made, line.substr(0, line.size() - end.size()));
  return made;
}

} // namespace annals::tests::storm
