#include <annals/messages/testing/story.hpp>

#include <annals/messages/testing/mismatch.hpp>

#include <algorithm>

namespace annals::testing::detail {

namespace {

// The longest text that stays on one line where lists are compared.
constexpr std::size_t longest_line = 80;

bool is_long(const std::string& text) { return text.size() > longest_line; }

// Texts of the form "name {json}", each on a line or each on many.
text_lines broken(const text_lines& texts, bool over_lines) {
  if (!over_lines)
    return texts;
  text_lines lines;
  for (const auto& text : texts) {
    auto json = std::min(text.find('{'), text.size());
    auto of_text = json_lines(std::string_view{text}.substr(json));
    if (of_text.empty())
      of_text.emplace_back();
    of_text.front().insert(0, text, 0, json);
    lines.insert(lines.end(), of_text.begin(), of_text.end());
  }
  return lines;
}

text_lines or_nothing(text_lines texts, std::string_view nothing) {
  if (texts.empty())
    texts.emplace_back(nothing);
  return texts;
}

void append_line(std::string& text, std::string_view label, std::string_view line) {
  text += "\n  ";
  text += label;
  text.append(label.size() < 6 ? 6 - label.size() : 1, ' ');
  text += line;
}

} // namespace

void story::tell(std::string_view label, std::string text) {
  told_.push_back({std::string{label}, std::move(text)});
}

void story::go_on() {
  if (!outcome_.trouble.empty())
    fail(outcome_.trouble);
  for (auto& effect : outcome_.effects)
    tell("then", "  " + std::move(effect));
  outcome_ = {};
}

text_lines story::happened(std::string_view nothing) const {
  return outcome_.trouble.empty() ? or_nothing(outcome_.effects, nothing)
                                  : text_lines{outcome_.trouble};
}

void story::expect_effects(const text_lines& expected) {
  if (!outcome_.trouble.empty())
    expect_same(expected, {outcome_.trouble}, "nothing");
  expect_same(expected, outcome_.effects, "nothing");
  go_on();
}

void story::expect_rejection(std::optional<std::string_view> reason) {
  if (!reason && !outcome_.rejected) {
    fail_with(diff({"rejected"}, happened("accepted, no events")));
  }
  if (reason)
    expect_same({"rejected: " + std::string{*reason}}, happened("accepted, no events"), "");
  tell("then", "  " + outcome_.trouble);
  outcome_ = {};
}

void story::expect_json(std::string_view expected, std::string_view actual) const {
  if (expected != actual)
    fail_with(diff(json_lines(expected), json_lines(actual)));
}

void story::expect_same(const text_lines& expected, const text_lines& actual,
                        std::string_view nothing) const {
  if (expected == actual)
    return;
  bool over_lines = std::any_of(expected.begin(), expected.end(), is_long)
                    || std::any_of(actual.begin(), actual.end(), is_long);
  fail_with(diff(or_nothing(broken(expected, over_lines), nothing),
                 or_nothing(broken(actual, over_lines), nothing)));
}

void story::fail(std::string why) const { fail_with({"+ " + std::move(why)}); }

void story::fail_with(text_lines marked) const {
  auto text = subject_ + ": not what the test says (- expected, + happened)";
  std::string_view last;
  for (const auto& one : told_) {
    append_line(text, one.label == last ? "" : one.label, one.text);
    last = one.label;
  }
  std::string_view label = "then";
  for (const auto& shown : marked) {
    append_line(text, label, shown);
    label = "";
  }
  throw mismatch{text};
}

} // namespace annals::testing::detail
