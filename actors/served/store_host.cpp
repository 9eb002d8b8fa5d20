#include <annals/actors/served/store_host_state.hpp>

#include <annals/messages/ids.hpp>

#include <caf/send.hpp>

#include <utility>

namespace annals {

namespace {

using served::store_call;

constexpr std::size_t bytes_of_channel_id = 16;
caf::error stopping_error() {
  return make_error(errc::stopping, "the node that serves the store is stopping");
}

failure read_only() {
  return {errc::store_read_only, "this node does not serve its store to be written; start it with "
                                 "--serve-store (cluster_settings::serve_store)"};
}

caf::error refuse_piece(std::string why) {
  return make_error(errc::invalid_argument, "a question for a served store " + std::move(why));
}

caf::error too_much() {
  return make_error(errc::overloaded, "the node that serves the store has too much under way; "
                                      "nothing was done, try again later");
}

} // namespace

void store_host_state::init(pointer self, store_host_parts parts, store_clerks clerks) {
  self_ = self;
  parts_ = std::move(parts);
  run_ = to_string(make_id());
  readers_.idle = std::move(clerks.readers);
  leases_.idle.push_back(std::move(clerks.leases));
  writers_.idle.push_back(std::move(clerks.writer));
  models_.idle.push_back(std::move(clerks.models));
  on_look_again();
}

// -- questions -----------------------------------------------------------------------

store_host_state::answer_piece store_host_state::on_greet(bool writes) const {
  if (is_finishing_)
    return stopping_error();
  if (writes && !parts_.is_writable)
    return make_error(errc::invalid_argument, "this node serves no store");
  return {served::protocol_version, run_};
}

store_host_state::answer_piece store_host_state::on_piece(const piece& next) {
  if (is_finishing_)
    return stopping_error();
  if (next.channel.size() != bytes_of_channel_id || next.bytes.size() > longest_piece)
    return refuse_piece("is none");
  auto place = find_place(next);
  if (place == channels_.end() && next.offset != 0 && !channels_.contains(next.channel))
    return too_much(); // what came before was dropped
  if (place == channels_.end())
    return refuse_piece("comes after a later one, or with a piece missing");
  auto& of = place->second;
  of.touched = clock::now();
  if (of.at != stage::taken)
    return take_answer_of(of, next.is_last);
  if (!has_room(next)) {
    forget(place);
    return too_much();
  }
  of.bytes += next.bytes;
  bytes_asked_ += next.bytes.size();
  if (!next.is_last)
    return {std::uint64_t{0}, std::string{}};
  of.callers = {self_->make_response_promise<answer_promise>()};
  begin(place);
  return caf::delegated<std::uint64_t, std::string>{};
}

// The end where the piece fits nowhere.
store_host_state::channel_map::iterator store_host_state::find_place(const piece& next) {
  auto known = channels_.find(next.channel);
  if (known != channels_.end() && next.number < known->second.number)
    return channels_.end();
  if (known != channels_.end() && next.number == known->second.number
      && known->second.at != stage::taken)
    return known;
  auto there = known == channels_.end() || next.number != known->second.number
                   ? 0
                   : known->second.bytes.size();
  if (next.offset != 0)
    return next.offset == there && there != 0 ? known : channels_.end();
  // It begins, or begins again. Nobody waits for what the channel has asked before.
  if (known != channels_.end())
    forget(known);
  if (channels_.size() >= most_channels)
    clean_up();
  auto made = channels_.try_emplace(next.channel).first;
  made->second.number = next.number;
  return made;
}

store_host_state::answer_piece store_host_state::take_answer_of(channel& of, bool is_last) {
  if (!is_last)
    return {std::uint64_t{0}, std::string{}};
  if (of.at == stage::answered)
    return {std::uint64_t{of.bytes.size()}, of.bytes.substr(0, longest_piece)};
  of.callers.push_back(self_->make_response_promise<answer_promise>());
  return caf::delegated<std::uint64_t, std::string>{};
}

store_host_state::answer_piece
store_host_state::on_more(const std::string& id, std::uint64_t number, std::uint64_t offset) {
  auto known = channels_.find(id);
  if (known == channels_.end())
    return too_much(); // the answer was dropped
  if (known->second.number != number || known->second.at != stage::answered
      || offset > known->second.bytes.size())
    return refuse_piece("has no answer any more");
  auto& of = known->second;
  of.touched = clock::now();
  auto size = std::uint64_t{of.bytes.size()};
  auto found = of.bytes.substr(offset, longest_piece);
  if (offset + found.size() == size && !of.is_writing)
    forget(known);
  return {size, std::move(found)};
}

void store_host_state::begin(channel_map::iterator of) {
  auto& [id, asked] = *of;
  auto what = served::call_of(asked.bytes);
  ++under_way_;
  asked.at = stage::under_way;
  if (!what)
    return answer(id, asked.number,
                  served::encode_answer(result<void>{served::malformed("question")}));
  if (!parts_.is_writable && !served::only_looks(*what))
    return answer(id, asked.number, served::encode_answer(result<void>{read_only()}));
  asked.is_writing = served::is_writing(*what);
  if (*what == store_call::append)
    return begin_appends(id, asked);
  auto& at = bureau_of(*what);
  at.waiting.emplace_back(id, asked.number);
  serve_next(at);
}

// Each goes into the journal's next group, beside what this node itself appends.
void store_host_state::begin_appends(const std::string& id, channel& of) {
  std::vector<append_request> requests;
  store_call what{};
  served::byte_in in{of.bytes};
  in(what, requests);
  if (!in.ended_well())
    return answer(id, of.number,
                  served::encode_answer(result<void>{served::malformed("question")}));
  bytes_asked_ -= std::exchange(of.bytes, {}).size();
  if (requests.empty())
    return answer(
        id, of.number,
        served::encode_answer(result<std::vector<append_outcome>>{std::vector<append_outcome>{}}));
  appends_.push_back({id, of.number, requests.size()});
  for (auto& request : requests)
    self_->send(parts_.journal, append{std::move(request)}, appender_actor{self_});
}

void store_host_state::on_append_done(append_outcome outcome) {
  if (appends_.empty())
    return;
  auto& eldest = appends_.front();
  eldest.outcomes.push_back(std::move(outcome));
  if (eldest.outcomes.size() < eldest.size)
    return;
  auto done = std::move(eldest);
  appends_.pop_front();
  answer(done.channel, done.number,
         served::encode_answer(result<std::vector<append_outcome>>{std::move(done.outcomes)}));
}

store_host_state::bureau& store_host_state::bureau_of(store_call what) {
  if (served::is_reading(what))
    return readers_;
  if (what == store_call::live_model)
    return models_;
  return served::is_of_leases(what) ? leases_ : writers_;
}

void store_host_state::serve_next(bureau& from) {
  while (!from.waiting.empty() && !from.idle.empty()) {
    auto [id, number] = std::move(from.waiting.front());
    from.waiting.pop_front();
    auto asked = channels_.find(id);
    if (asked == channels_.end() || asked->second.number != number) {
      --under_way_;
      finish_if_idle();
      continue;
    }
    auto clerk = std::move(from.idle.back());
    from.idle.pop_back();
    auto question = std::exchange(asked->second.bytes, {});
    bytes_asked_ -= question.size();
    auto done = [this, &from, clerk, id = id, number = number](std::string text) {
      from.idle.push_back(clerk);
      answer(id, number, std::move(text));
      serve_next(from);
    };
    self_->request(clerk, caf::infinite, std::move(question))
        .then([done](std::string& text) { done(std::move(text)); },
              [done](const caf::error& why) {
                done(served::encode_answer(result<void>{to_failure(why)}));
              });
  }
}

void store_host_state::answer(const std::string& id, std::uint64_t number, std::string text) {
  --under_way_;
  auto asked = channels_.find(id);
  if (asked == channels_.end() || asked->second.number != number)
    return finish_if_idle();
  auto& of = asked->second;
  bytes_asked_ -= of.bytes.size();
  bytes_answered_ += text.size();
  of.bytes = std::move(text);
  of.at = stage::answered;
  of.touched = clock::now();
  for (auto& caller : std::exchange(of.callers, {}))
    caller.deliver(std::uint64_t{of.bytes.size()}, of.bytes.substr(0, longest_piece));
  if (of.bytes.size() <= longest_piece && !of.is_writing)
    forget(asked);
  finish_if_idle();
}

// -- the end --------------------------------------------------------------------------

caf::result<finished> store_host_state::on_finish() {
  is_finishing_ = true;
  finished_.push_back(self_->make_response_promise<caf::typed_response_promise<finished>>());
  finish_if_idle();
  return caf::delegated<finished>{};
}

void store_host_state::finish_if_idle() {
  if (!is_finishing_ || under_way_ != 0)
    return;
  for (auto& waiting : std::exchange(finished_, {}))
    waiting.deliver(finished{});
}

void store_host_state::let_all_go() {
  for (auto* each : {&readers_, &leases_, &writers_, &models_})
    for (const auto& clerk : std::exchange(each->idle, {}))
      self_->send_exit(clerk, caf::exit_reason::user_shutdown);
  followers_.clear();
  parts_.journal = nullptr;
  parts_.bus = nullptr;
}

} // namespace annals
