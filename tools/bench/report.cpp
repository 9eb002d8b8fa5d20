#include <annals/tools/bench/report.hpp>

#include <annals/messages/version.hpp>
#include <annals/tools/bench/text_table.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/progress.hpp>

#include <array>
#include <cstdio>
#include <thread>

namespace annals::tools::bench {

namespace {

struct part {
  const char* what;
  const char* title;
};

constexpr std::array parts{
    part{"file", "A bare file: write and fdatasync of the same bytes"},
    part{"caf", "Bare CAF: request and response between local actors, with the same payload"},
    part{"ask", "From asking to the receipt"},
    part{"store", "The store alone, with appends of the size that asking led to"},
    part{"postgres", "PostgreSQL: events stored, by so many connections (in flight)"},
    part{"nodes", "Several nodes, each a process, on one store"},
    part{"guarded", "Commands with and without what guards them"},
    part{"lag", "A command's way into a read model, at half of the most commands"},
    part{"beside", "A read model rebuilt beside the live one, by so many workers (in flight)"},
    part{"load one", "One stream loaded, from its newest snapshot where there is one"},
    part{"first command", "From asking an aggregate that is not in memory to the receipt"},
    part{"load", "Streams loaded"},
    part{"log", "The log read and decoded"},
    part{"rebuild", "Projections rebuilt"},
};

std::string number(std::uint64_t value) { return value == 0 ? "" : grouped(value); }

std::string rate(double value) { return grouped(static_cast<std::uint64_t>(value)); }

std::string decimal(std::optional<double> value) {
  if (!value)
    return {};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), *value < 100 ? "%.1f" : "%.0f", *value);
  return text.data();
}

std::string share(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::string table_of(const figure_book& book, const part& which) {
  text_table table{{"store", "callers", "in flight", "aggregates", "stream length", "projection",
                    "with", "a second", "p50 us", "p99 us", "p999 us", "events a commit",
                    "appends a commit", "CPU us each", "peak MiB"}};
  for (const auto& found : book.subjects()) {
    if (found.what != which.what)
      continue;
    const auto& middle = book.middle(found);
    auto group = found.group != 0 ? number(found.group) : decimal(middle.group);
    table.add({found.store, found.callers, number(found.in_flight), number(found.aggregates),
               number(found.stream_events), found.projection, found.mode, rate(middle.per_second),
               decimal(middle.p50_us), decimal(middle.p99_us), decimal(middle.p999_us), group,
               decimal(middle.appends), decimal(middle.cpu_us), decimal(middle.peak_mib)});
  }
  return table.empty() ? std::string{} : std::string{which.title} + "\n" + table.text() + "\n";
}

void add(json_object& object, const char* name, const std::string& value) {
  if (!value.empty())
    object.add(name, value);
}

void add(json_object& object, const char* name, std::uint64_t value) {
  if (value != 0)
    object.add(name, value);
}

void add(json_object& object, const char* name, std::optional<double> value) {
  if (value)
    object.add_decimal(name, *value);
}

std::string json_of(const subject& about, const figures& middle) {
  json_object object;
  object.add("what", about.what);
  add(object, "store", about.store);
  add(object, "callers", about.callers);
  add(object, "inFlight", about.in_flight);
  add(object, "aggregates", about.aggregates);
  add(object, "streamEvents", about.stream_events);
  add(object, "projection", about.projection);
  add(object, "with", about.mode);
  object.add_decimal("perSecond", middle.per_second);
  add(object, "p50Microseconds", middle.p50_us);
  add(object, "p99Microseconds", middle.p99_us);
  add(object, "p999Microseconds", middle.p999_us);
  add(object, "eventsPerCommit",
      about.group != 0 ? std::optional{static_cast<double>(about.group)} : middle.group);
  add(object, "appendsPerCommit", middle.appends);
  add(object, "cpuMicroseconds", middle.cpu_us);
  add(object, "peakMebibytes", middle.peak_mib);
  return object.text();
}

std::string json_of(const target& aim) {
  return json_object{}
      .add("what", aim.what)
      .add_decimal("reached", aim.reached)
      .add_decimal("wanted", aim.wanted)
      .add("atMost", aim.at_most)
      .add("met", aim.met())
      .text();
}

template <class Range, class Text>
std::string json_array(const Range& range, Text text) {
  std::string array = "[";
  for (const auto& one : range)
    array += (array.size() > 1 ? "," : "") + text(one);
  return array + "]";
}

std::string shown(const target& aim, double value) {
  return aim.wanted >= 10 ? rate(value) : share(value);
}

} // namespace

std::string as_tables(const figure_book& book, const std::vector<target>& targets) {
  std::string text;
  for (const auto& which : parts)
    text += table_of(book, which);
  text_table table{{"to reach", "wanted", "reached", ""}};
  for (const auto& aim : targets)
    table.add({aim.what, (aim.at_most ? "<= " : ">= ") + shown(aim, aim.wanted),
               shown(aim, aim.reached), aim.met() ? "met" : "NOT met"});
  return table.empty() ? text : text + table.text();
}

std::string as_json(const figure_book& book, const std::vector<target>& targets,
                    const settings& how) {
  return json_object{}
      .add("annals", version())
      .add("cores", std::uint64_t{std::thread::hardware_concurrency()})
      .add("payloadBytes", how.payload)
      .add_decimal("windowSeconds", how.window.count())
      .add("rounds", how.rounds)
      .raw("figures", json_array(book.subjects(),
                                 [&](const auto& of) { return json_of(of, book.middle(of)); }))
      .raw("targets", json_array(targets, [](const auto& aim) { return json_of(aim); }))
      .text();
}

} // namespace annals::tools::bench
