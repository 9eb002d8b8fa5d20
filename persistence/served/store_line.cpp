#include <annals/persistence/served/store_line.hpp>

#include <annals/persistence/served/store_protocol.hpp>

#include <algorithm>

namespace annals::served {

failure malformed(std::string_view what) {
  return {errc::internal, "the " + std::string{what}
                              + " of a store that another node serves is none; start the same "
                                "build everywhere"};
}

failure as_told_by(const store_line& line, failure why) {
  switch (why.code) {
    case errc::store_full:
    case errc::store_locked:
    case errc::store_read_only:
    case errc::store_corrupt:
    case errc::store_unavailable:
      why.message += " (so says the node that serves " + line.shown() + ')';
      return why;
    default: return why;
  }
}

line_channel::line_channel(std::shared_ptr<store_line> line) : line_{std::move(line)} {
  last_.channel = make_id();
}

store_line::clock::time_point line_channel::deadline() const {
  return store_line::clock::now() + line_->give_up();
}

result<std::optional<std::string>> line_channel::ask_once(std::string question,
                                                          store_line::clock::time_point until) {
  ++last_.number;
  last_.bytes = std::move(question);
  was_lost_ = false;
  return again(until);
}

result<std::optional<std::string>> line_channel::again(store_line::clock::time_point until) {
  auto answer = line_->ask(last_, until);
  if (answer && !*answer)
    was_lost_ = true;
  return answer;
}

result<void> line_channel::may_ask_again(store_line::clock::time_point until) const {
  if (store_line::clock::now() < std::min(until, line_->gives_up_at()))
    return {};
  return failure{errc::store_unavailable,
                 "the store " + line_->shown()
                     + " did not answer in time; check that the node that serves it runs"};
}

result<std::string> line_channel::ask(std::string question) {
  auto until = deadline();
  auto answer = ask_once(std::move(question), until);
  while (answer && !*answer) {
    if (auto goes_on = may_ask_again(until); !goes_on)
      answer = goes_on.error();
    else
      answer = again(until);
  }
  if (answer)
    return std::move(**answer);
  if (!was_lost_)
    return answer.error();
  return failure{answer.error().code,
                 answer.error().message + "; what was asked of it may have been done"};
}

} // namespace annals::served
