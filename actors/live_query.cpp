#include <annals/actors/live_query.hpp>

#include <annals/actors/live_model.hpp>
#include <annals/actors/log.hpp>
#include <annals/messages/thrown.hpp>

#include <spdlog/logger.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace annals {

namespace {

// How long a cancelled query may wait for a change that does not come.
constexpr std::chrono::milliseconds patience{50};

} // namespace

class live_query::inside {
public:
  inside(std::shared_ptr<const live_model> of, step next)
      : model_{std::move(of)}, next_{std::move(next)} {}

  void run(const std::stop_token& stop) {
    std::optional<log_position> seen;
    while (!stop.stop_requested()) {
      auto at = model_->position();
      auto now = seen && at <= *seen ? looked::yes : look();
      if (now == looked::ended)
        return;
      if (now == looked::not_now) {
        pause(stop);
        continue;
      }
      seen = seen ? std::max(*seen, at) : at;
      auto grown = model_->wait_for(*seen + 1, patience);
      if (grown || grown.error().code == errc::timed_out)
        continue;
      if (grown.error().code == errc::stopping)
        return end(grown.error());
      pause(stop); // a projection that has stopped may go on
    }
  }

  std::optional<failure> ended() const {
    std::lock_guard guard{mutex_};
    return ended_;
  }

  std::jthread thread;

private:
  enum class looked { yes, not_now, ended };

  looked look() {
    auto lock = model_->hold();
    if (!lock)
      return looked::not_now;
    try {
      next_(model_->model(), [&] { lock->unlock(); });
      return looked::yes;
    } catch (...) {
      end({errc::domain_threw, "a live query of " + model_->type().name
                                   + " ended: its callback threw: " + what_was_thrown()});
      return looked::ended;
    }
  }

  void end(const failure& why) {
    if (why.code != errc::stopping)
      log().error("{}", why.message);
    std::lock_guard guard{mutex_};
    ended_ = why;
  }

  void pause(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, stop, patience, [] { return false; });
  }

  std::shared_ptr<const live_model> model_;
  step next_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<failure> ended_;
};

live_query::live_query() noexcept = default;
live_query::live_query(live_query&&) noexcept = default;

live_query::live_query(std::shared_ptr<const live_model> of, step next)
    : inside_{std::make_shared<inside>(std::move(of), std::move(next))} {
  // Keeps itself alive, for a callback that destroys its own query.
  inside_->thread =
      std::jthread{[self = inside_](const std::stop_token& stop) { self->run(stop); }};
}

live_query& live_query::operator=(live_query&& other) noexcept {
  if (this != &other) {
    cancel();
    inside_ = std::move(other.inside_);
  }
  return *this;
}

live_query::~live_query() { cancel(); }

void live_query::cancel() {
  if (!inside_)
    return;
  auto& thread = inside_->thread;
  thread.request_stop();
  if (thread.get_id() == std::this_thread::get_id())
    thread.detach();
  else if (thread.joinable())
    thread.join();
}

std::optional<failure> live_query::ended() const {
  return inside_ ? inside_->ended() : std::nullopt;
}

} // namespace annals
