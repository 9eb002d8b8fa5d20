#include <annals/actors/served/line_state.hpp>

#include <annals/actors/cluster/unending_actor.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

using namespace std::chrono_literals;

constexpr auto between_glances = 50ms;
// For whoever may not wait any longer, but gets answers. A large one has many pieces.
constexpr auto longest_silence = 1s;

} // namespace

void growth_ear::listen(growth_listener grown) {
  std::lock_guard guard{mutex_};
  grown_ = std::move(grown);
}

void growth_ear::stop() { listen({}); }

void growth_ear::hear(log_position position) {
  std::lock_guard guard{mutex_};
  if (grown_)
    grown_(position);
}

void line_state::init(pointer self, line_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  begun_ = clock::now();
  last_ = unreachable("no answer yet");
  on_go_on();
}

void line_state::on_call(const line_call_ptr& call) {
  if (!host_) {
    waiting_.push_back(call);
    return;
  }
  if (is_silent_ && is_over())
    return finish(call, last_);
  if (call->wants_run)
    return finish(call, std::optional{run_});
  call->sent_at = clock::now();
  under_way_.insert(call);
  send_piece(call);
}

void line_state::send_piece(const line_call_ptr& call) {
  const auto& question = call->question;
  auto next = question.bytes.substr(call->sent, longest_piece);
  auto to = call->sent + next.size();
  bool is_last = to == question.bytes.size();
  self_
      ->request(host_, parts_.longest_answer, piece_atom::value,
                std::string{question.channel.begin(), question.channel.end()},
                std::uint64_t{question.number}, std::uint64_t{call->sent}, is_last, std::move(next))
      .then(
          [this, call, to, is_last](std::uint64_t size, const std::string& answer) {
            hear();
            if (call->is_done)
              return;
            if (is_last)
              return take_piece(call, size, answer);
            call->sent = to;
            send_piece(call);
          },
          [this, call](const caf::error& why) { on_failed(call, why); });
}

void line_state::take_piece(const line_call_ptr& call, std::uint64_t size,
                            const std::string& next) {
  call->answer += next;
  if (call->answer.size() == size)
    return finish(call, std::optional{std::move(call->answer)});
  if (next.empty() || call->answer.size() > size)
    return finish(call, served::malformed("answer"));
  ask_for_more(call);
}

void line_state::ask_for_more(const line_call_ptr& call) {
  const auto& question = call->question;
  self_
      ->request(host_, parts_.longest_answer, more_atom::value,
                std::string{question.channel.begin(), question.channel.end()},
                std::uint64_t{question.number}, std::uint64_t{call->answer.size()})
      .then(
          [this, call](std::uint64_t size, const std::string& next) {
            hear();
            if (!call->is_done)
              take_piece(call, size, next);
          },
          [this, call](const caf::error& why) { on_failed(call, why); });
}

// What the other side refuses was not done; what CAF says means that the answer is lost. So does
// that the other side is stopping, which a gateway says at its end to whoever waits for an answer.
void line_state::on_failed(const line_call_ptr& call, const caf::error& why) {
  if (call->is_done)
    return;
  auto told = to_failure(why);
  if (why.category() == caf::atom("annals") && told.code != errc::stopping)
    return finish(call, told);
  finish(call, std::optional<std::string>{});
  on_unreachable(unreachable(told.message));
}

void line_state::finish(const line_call_ptr& call, result<std::optional<std::string>> how) {
  if (std::exchange(call->is_done, true))
    return;
  under_way_.erase(call);
  call->done.set_value(std::move(how));
}

void line_state::hear() {
  answered_at_ = clock::now();
  is_silent_ = false;
}

bool line_state::is_over() const {
  return parts_.give_up_at->load(std::memory_order_relaxed) <= clock::now();
}

void line_state::on_go_on() {
  const auto now = clock::now();
  if (!host_ && !is_connecting_ && next_try_ <= now)
    connect();
  if (parts_.opened && now - begun_ > parts_.open_for)
    say_opened(last_);
  ask_silent_one();
  end_late();
  self_->delayed_send(self_, between_glances, go_on{});
}

// A node may hang, or be stopped, while its kernel keeps the connection.
void line_state::ask_silent_one() {
  const auto now = clock::now();
  const auto silence = parts_.connections.silence;
  auto waits_long = [&](const line_call_ptr& call) { return now - call->sent_at > silence / 3; };
  if (!host_ || is_pinging_ || now - answered_at_ <= silence / 3
      || std::ranges::none_of(under_way_, waits_long))
    return;
  is_pinging_ = true;
  self_
      ->request(host_, silence, greet_atom::value, std::uint64_t{served::protocol_version},
                parts_.writes)
      .then(
          [this, attempt = attempt_](std::uint64_t, const std::string&) {
            if (attempt != attempt_)
              return;
            is_pinging_ = false;
            hear();
          },
          [this, attempt = attempt_, silence](const caf::error& why) {
            if (attempt != attempt_)
              return;
            is_pinging_ = false;
            if (why.category() == caf::atom("annals")) // it says no, but it says something
              return hear();
            if (clock::now() - answered_at_ >= silence) // else its answers to others came first
              on_unreachable(unreachable("it does not answer"));
          });
}

// What is under way goes on as long as the other side answers. Else it is lost: it may have been
// done.
void line_state::end_late() {
  const auto now = clock::now();
  const bool nobody_waits = is_over();
  for (auto call = waiting_.begin(); call != waiting_.end();) {
    auto next = std::next(call);
    if (nobody_waits || (*call)->until <= now) {
      finish(*call, last_);
      waiting_.erase(call);
    }
    call = next;
  }
  for (const auto& call : std::set{under_way_}) {
    bool is_late = nobody_waits || call->until <= now;
    if (!is_late || now - std::max(answered_at_, call->sent_at) < longest_silence)
      continue;
    is_silent_ = true;
    last_ = unreachable("it does not answer");
    finish(call, std::optional<std::string>{});
  }
}

void line_state::on_follow() {
  follows_ = true;
  told_ = 0;
  follow();
}

void line_state::follow() {
  if (host_)
    self_->send(host_, follow_atom::value, caf::actor_cast<caf::strong_actor_ptr>(self_), told_);
}

void line_state::on_grew(std::uint64_t position) {
  told_ = std::max(told_, position);
  parts_.ear->hear(position);
  follow();
}

namespace {

class line final : public unending_actor<line_state, line_actor> {
public:
  line(caf::actor_config& config, line_parts parts)
      : unending_actor{config}, parts_{std::move(parts)} {
    set_down_handler([this](const caf::down_msg& gone) { state.on_down(gone.source); });
  }

  behavior_type make_behavior() override {
    state.init(this, std::move(parts_));
    return {
        [this](const line_call_ptr& call) { state.on_call(call); },
        [this](follow_atom) { state.on_follow(); },
        [this](grew_atom, std::uint64_t position) { state.on_grew(position); },
        [this](go_on) { state.on_go_on(); },
        [this](close_connections) {
          state.let_go();
          quit(caf::exit_reason::user_shutdown);
        },
    };
  }

private:
  line_parts parts_;
};

} // namespace

line_actor spawn_line(caf::actor_system& system, line_parts parts) {
  return system.spawn<line>(std::move(parts));
}

} // namespace annals
