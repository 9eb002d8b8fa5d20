#include <annals/actors/model_check.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace annals {

namespace {

constexpr std::size_t most_listed = 100;

class comparison {
public:
  explicit comparison(check_report& report) : report_{report} {}

  void compare(const std::string& path, const boost::json::value* live,
               const boost::json::value* replayed) {
    if (live == nullptr || replayed == nullptr || live->kind() != replayed->kind())
      return note(path, live, replayed);
    if (live->is_object())
      return compare(path, live->get_object(), replayed->get_object());
    if (live->is_array())
      return compare(path, live->get_array(), replayed->get_array());
    if (*live != *replayed)
      note(path, live, replayed);
  }

private:
  void compare(const std::string& path, const boost::json::object& live,
               const boost::json::object& replayed) {
    for (const auto& [name, value] : live)
      compare(below(path, name), &value, replayed.if_contains(name));
    for (const auto& [name, value] : replayed)
      if (!live.contains(name))
        note(below(path, name), nullptr, &value);
  }

  void compare(const std::string& path, const boost::json::array& live,
               const boost::json::array& replayed) {
    for (std::size_t i = 0; i < std::max(live.size(), replayed.size()); ++i)
      compare(below(path, std::to_string(i)), live.if_contains(i), replayed.if_contains(i));
  }

  static std::string below(const std::string& path, std::string_view name) {
    std::string text = path + '/';
    for (auto c : name)
      text += c == '~' ? std::string{"~0"} : c == '/' ? std::string{"~1"} : std::string(1, c);
    return text;
  }

  static std::string shown(const boost::json::value* value) {
    return value != nullptr ? boost::json::serialize(*value) : std::string{};
  }

  void note(const std::string& path, const boost::json::value* live,
            const boost::json::value* replayed) {
    if (++report_.count <= most_listed)
      report_.first.push_back({path, shown(live), shown(replayed)});
  }

  check_report& report_;
};

} // namespace

check_report compare_models(std::string_view live, std::string_view replayed,
                            log_position position) {
  check_report report;
  report.position = position;
  if (live == replayed)
    return report;
  boost::json::error_code bad;
  auto left = boost::json::parse(live, bad);
  auto right = boost::json::parse(replayed, bad);
  if (bad) {
    report.count = 1;
    report.first.push_back({"", std::string{live}, std::string{replayed}});
    return report;
  }
  comparison{report}.compare("", &left, &right);
  return report;
}

result<check_report> check_model(event_reader& reader, const registry& domain,
                                 const projection_type& type, const checked_model& live,
                                 const replay_watch& watch) {
  auto end = reader.last_position();
  if (!end)
    return end.error();
  if (live.position > *end)
    return failure{errc::undecodable, "the read model of " + type.name + " is at position "
                                          + std::to_string(live.position)
                                          + ", ahead of the log, which ends at "
                                          + std::to_string(*end)};
  live_model replayed{type};
  projection_notes left_out;
  left_out.skipped = live.notes.skipped;
  for (const auto& event : live.notes.parked)
    left_out.skipped.push_back(event.position);
  replayed.replace(type.make(), 0, std::move(left_out), 0);
  if (auto taken = take_on(replayed, reader, domain, live.position, {}, watch); !taken)
    return taken.error();
  auto json = replayed.to_json();
  if (!json)
    return json.error();
  return compare_models(live.json, *json, live.position);
}

} // namespace annals
