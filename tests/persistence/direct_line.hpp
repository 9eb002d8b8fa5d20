#pragma once

#include <annals/persistence/served/answering.hpp>
#include <annals/persistence/served/store_line.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace annals::tests {

/// A line to a store in the same process, which loses answers where it is told to.
class direct_line final : public served::store_line {
public:
  explicit direct_line(event_store& store) : store_{store} {}

  enum class loss {
    /// The question does not arrive.
    question,
    /// It is dealt with, and the answer is lost.
    answer,
    /// As above, and the other side is started anew meanwhile.
    question_and_run,
    answer_and_run,
  };

  /// Loses the nth question from now on (1 or more), or its answer.
  void lose_at(loss how, int nth) {
    planned_ = how;
    countdown_ = nth;
  }
  /// Takes back a loss that has not happened; whether it had.
  bool has_lost() { return !std::exchange(planned_, std::nullopt); }
  /// Answers nothing any more, as if nobody could be reached.
  void break_off() { is_broken_ = true; }
  /// From the second question on nobody is reached, for this reason.
  void refuse_later(failure why) { refusal_ = std::move(why); }
  /// The time of whoever asks is over when this many questions more were asked.
  void give_up_after(int questions) { patience_ = asked_ + questions; }
  /// How many questions there were.
  int asked() const { return asked_; }

  result<std::optional<std::string>> ask(const served::line_question& question,
                                         clock::time_point) override {
    if (is_broken_)
      return nobody();
    ++asked_;
    auto lost = count();
    std::optional<std::string> answer;
    if (!lost || *lost == loss::answer || *lost == loss::answer_and_run)
      answer = answer_once(question);
    if (lost && *lost >= loss::question_and_run) {
      answered_.clear();
      ++run_;
    }
    return lost ? std::optional<std::string>{} : answer;
  }

  result<std::string> run(clock::time_point) override {
    if (is_broken_)
      return nobody();
    if (refusal_ && asked_ > 0)
      return *refusal_;
    return std::to_string(run_);
  }
  std::unique_ptr<growth_watch> watch(growth_listener) override { return nullptr; }
  std::chrono::milliseconds give_up() const noexcept override { return std::chrono::seconds{10}; }
  void give_up_at(clock::time_point) noexcept override {}
  clock::time_point gives_up_at() const noexcept override {
    return asked_ < patience_ ? clock::time_point::max() : clock::time_point::min();
  }
  const std::string& shown() const noexcept override { return shown_; }

private:
  using key = std::pair<uuid, std::uint64_t>;

  static failure nobody() { return {errc::store_unavailable, "nobody can be reached"}; }

  std::optional<loss> count() {
    if (!planned_ || --countdown_ > 0)
      return std::nullopt;
    return std::exchange(planned_, std::nullopt);
  }

  std::string answer_once(const served::line_question& question) {
    auto what = served::call_of(question.bytes).value();
    if (!served::is_writing(what))
      return answer(what, question.bytes);
    auto [known, is_new] = answered_.try_emplace({question.channel, question.number});
    if (is_new)
      known->second = answer(what, question.bytes);
    return known->second;
  }

  std::string answer(served::store_call what, std::string_view question) {
    using requests = std::vector<append_request>;
    if (what == served::store_call::append)
      return served::answer_with<requests>(question, [&](const requests& all) {
        return result<std::vector<append_outcome>>{store_.append(all)};
      });
    if (what == served::store_call::replace_model)
      return served::answer_with<stored_model, std::vector<std::string>>(
          question, [&](const auto& model, const auto& removed) {
            return store_.replace_model(model, removed);
          });
    if (what == served::store_call::save_model)
      return served::answer_with<stored_model>(
          question, [&](const auto& model) { return store_.save_model(model); });
    return served::answer_reading(*store_.open_reader().value(), question);
  }

  event_store& store_;
  std::optional<loss> planned_;
  int countdown_ = 0;
  bool is_broken_ = false;
  std::optional<failure> refusal_;
  int asked_ = 0;
  int patience_ = std::numeric_limits<int>::max();
  int run_ = 1;
  std::map<key, std::string> answered_;
  const std::string shown_ = "annals://here";
};

} // namespace annals::tests
