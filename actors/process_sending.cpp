#include <annals/actors/log.hpp>
#include <annals/actors/process_runner_state.hpp>

#include <caf/typed_response_promise.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds first_resending{20};
constexpr milliseconds last_resending{10'000};
// Where there was no room, some is likely to come soon.
constexpr milliseconds last_overloaded{160};
constexpr std::chrono::seconds between_complaints{10};

// Whether the command was not carried out, and to send it again would not change that. What a
// person has to mend in the store or the program may well change.
bool is_refusal(errc code) {
  switch (code) {
    case errc::expired:
    case errc::unknown_event_type:
    case errc::undecodable:
    case errc::store_corrupt:
    case errc::internal: return false;
    default: return !is_transient(code);
  }
}

std::string describe_command(const stored_command& command) {
  return "the command " + command.command + " to " + command.aggregate + " " + command.instance;
}

} // namespace

void process_runner_state::send_waiting() {
  if (stopped_ || finishing_)
    return;
  const auto now = clock::now();
  std::vector<uuid> ready;
  for (const auto& one : index_.commands()) {
    if (under_way_ + ready.size() >= window_)
      break;
    if (one.is == open_command::state::waiting && one.not_before <= now)
      ready.push_back(one.id());
  }
  for (const auto& id : ready)
    send(id);
}

void process_runner_state::send(const uuid& id) {
  const auto& open = *index_.find(id);
  command envelope;
  envelope.command_id = id;
  envelope.correlation_id = open.process;
  envelope.aggregate = open.what.aggregate;
  envelope.id = open.what.instance;
  envelope.body =
      command_body::json(open.what.command, open.what.body.text, open.what.schema_version);
  index_.change(id, [](open_command& one) { one.is = open_command::state::under_way; });
  ++under_way_;
  self_->request(parts_.dispatcher, caf::infinite, std::move(envelope))
      .then([this, id](const receipt&) { on_receipt(id); },
            [this, id](const caf::error& why) { on_failure(id, to_failure(why)); });
}

void process_runner_state::on_receipt(const uuid& command) {
  index_.settle(command);
  changed_ = true;
  trouble_.reset();
  window_ = std::min(window_ + 1, parts_.commands_under_way);
  one_answered();
}

void process_runner_state::on_failure(const uuid& command, const failure& why) {
  const auto* open = index_.find(command);
  if (open == nullptr)
    return one_answered(); // its events came first
  if (!is_refusal(why.code)) {
    resend_later(command, why);
  } else if (parts_.type->reacts_to_refusal(open->what.aggregate, open->what.command)) {
    index_.change(command, [&](open_command& one) {
      one.is = open_command::state::refused;
      one.why = why;
    });
    refused_.push_back(command);
  } else {
    stop_process(
        open->process,
        {errc::process_stopped,
         "the process manager " + parts_.type->name + " has no react for "
             + describe_command(open->what) + ", which was refused (" + to_string(why)
             + "); the process of the correlation id " + to_string(open->process)
             + " is stopped. Give it a react(…, const annals::refused<…>&) and start again"});
    park(command);
  }
  one_answered();
}

void process_runner_state::resend_later(const uuid& command, const failure& why) {
  milliseconds pause{0};
  const bool overloaded = why.code == errc::overloaded;
  if (overloaded)
    window_ = std::max<std::size_t>(1, under_way_ / 2);
  const auto longest = overloaded ? last_overloaded : last_resending;
  index_.change(command, [&](open_command& one) {
    pause = std::min(first_resending * (1U << std::min(one.attempts++, 10U)), longest);
    one.is = open_command::state::waiting;
    one.not_before = clock::now() + pause;
  });
  if (finishing_)
    return;
  complain({why.code, describe_command(index_.find(command)->what) + ": " + why.message});
  self_->delayed_send(self_, pause, go_on{});
}

void process_runner_state::one_answered() {
  --under_way_;
  go_on_soon();
  finish_if_idle();
}

// Whatever it is, it is tried again; the log hears of it now and then.
void process_runner_state::complain(const failure& why) {
  const auto now = clock::now();
  if (complained_of_ != why.code || now > complained_ + between_complaints) {
    log().warn("process manager {}: {}; it tries again", parts_.type->name, to_string(why));
    complained_ = now;
    complained_of_ = why.code;
  }
  trouble_ = why;
}

} // namespace annals
