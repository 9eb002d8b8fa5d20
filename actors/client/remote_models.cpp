#include <annals/actors/client/remote_models.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>
#include <vector>

namespace annals {

namespace {

using namespace std::chrono_literals;

constexpr auto before_asking_again = 50ms;
// How long a model that follows waits for a word that the log has grown.
constexpr auto longest_wait_for_growth = 500ms;

failure nobody_runs(const std::string& projection) {
  return {errc::unknown_projection,
          "no node runs the projection " + projection + " now; start one that does"};
}

failure client_stopped() { return {errc::stopping, "the client has stopped"}; }

} // namespace

result<const projection_type*> remote_models::type_of(const std::string& projection) const {
  const auto* type = domain_.find_projection(projection);
  if (type == nullptr)
    return unknown_projection(domain_, projection);
  return type;
}

result<std::unique_ptr<projection_instance>> remote_models::fetch(const std::string& projection) {
  auto type = type_of(projection);
  if (!type)
    return type.error();
  asked_channel channel;
  auto found = fetch_newer(**type, std::nullopt, clock::now() + how_.give_up, channel);
  if (!found)
    return found.error();
  return std::move((*found)->model);
}

// The node that runs it may be gone, or have given it to another one, since the client has looked.
result<std::optional<fetched_model>> remote_models::fetch_newer(const projection_type& type,
                                                                std::optional<log_position> known,
                                                                clock::time_point until,
                                                                asked_channel& channel) {
  auto why = nobody_runs(type.name);
  do {
    auto node = nodes_->holder_of(projection_duty(type.name));
    auto line = node.empty() ? result<std::shared_ptr<served::store_line>>{why} : line_to(node);
    if (!line) {
      why = line.error();
      continue;
    }
    if (!channel || &channel->line() != line->get())
      channel.emplace(*line);
    auto soon = std::min(until, clock::now() + how_.silence);
    auto answer = channel->ask_once(
        served::encode_question(served::store_call::live_model, type.name, known), soon);
    if (!answer || !*answer) {
      if (!answer)
        why = answer.error();
      continue;
    }
    auto now = served::decode_answer<std::optional<served::model_now>>(**line, **answer);
    if (!now) {
      why = now.error();
      continue;
    }
    if (!*now && !known) {
      why = served::malformed("answer");
      continue;
    }
    if (!*now)
      return std::optional<fetched_model>{};
    auto made = type.make();
    if (auto read = made->from_json((*now)->json); !read)
      return read.error();
    return std::optional{fetched_model{(*now)->position, std::move(made)}};
  } while (clock::now() < until && wait(before_asking_again));
  return why;
}

result<std::shared_ptr<served::store_line>> remote_models::line_to(const std::string& node) {
  auto all = nodes_->nodes();
  const auto* member = all->find(node);
  if (member == nullptr)
    return failure{errc::store_unavailable, "the node " + annals::quoted(node) + " is gone"};
  {
    std::lock_guard guard{mutex_};
    if (auto known = lines_.find(member->address); known != lines_.end())
      return known->second;
  }
  auto where = network_address::parse(member->address);
  if (!where)
    return where.error();
  auto settings = how_;
  settings.addresses = std::make_shared<address_book>();
  settings.addresses->give({*where});
  auto made = open_line(settings);
  if (!made)
    return made.error();
  drop_lines_to_others(*all);
  std::lock_guard guard{mutex_};
  return lines_.emplace(member->address, std::move(*made)).first->second;
}

// A node that is started again may be at another address, where each line tries for ever.
void remote_models::drop_lines_to_others(const placement& all) {
  std::vector<std::shared_ptr<served::store_line>> dropped; // which takes a while, without the lock
  std::lock_guard guard{mutex_};
  std::erase_if(lines_, [&](auto& line) {
    bool is_there = std::ranges::count(all.members(), line.first, &member::address) != 0;
    if (!is_there)
      dropped.push_back(std::move(line.second));
    return !is_there;
  });
}

result<std::shared_ptr<const live_model>> remote_models::mirror(const std::string& projection) {
  auto type = type_of(projection);
  if (!type)
    return type.error();
  {
    std::lock_guard guard{mutex_};
    if (auto known = mirrors_[projection].lock())
      return std::shared_ptr<const live_model>{std::move(known)};
  }
  asked_channel channel;
  auto first = fetch_newer(**type, std::nullopt, clock::now() + how_.give_up, channel);
  if (!first)
    return first.error();
  auto made = std::make_shared<live_model>(**type);
  made->replace(std::move((*first)->model), (*first)->position, {}, 0);
  std::lock_guard guard{mutex_};
  if (stopping_)
    return client_stopped();
  if (auto other = mirrors_[projection].lock()) // of somebody who asked at the same time
    return std::shared_ptr<const live_model>{std::move(other)};
  mirrors_[projection] = made;
  start_to_follow(made);
  return std::shared_ptr<const live_model>{std::move(made)};
}

// With the lock.
void remote_models::start_to_follow(const std::weak_ptr<live_model>& watched) {
  std::erase_if(followers_, [](const auto& one) { return one.has_ended.load(); });
  auto& made = followers_.emplace_back();
  made.thread = std::jthread{[this, watched, &made] {
    follow(watched);
    made.has_ended = true;
  }};
}

// Nobody's mirror is not kept up.
void remote_models::follow(const std::weak_ptr<live_model>& watched) {
  asked_channel channel;
  for (auto mirror = watched.lock(); mirror; mirror = watched.lock()) {
    const auto& type = mirror->type();
    const auto at = mirror->position();
    mirror.reset();
    {
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, longest_wait_for_growth, [&] { return stopping_ || grown_to_ > at; });
      if (stopping_ || watched.expired())
        return;
    }
    auto newer = fetch_newer(type, at, clock::now() + longest_wait_for_growth, channel);
    mirror = watched.lock();
    if (mirror && newer && *newer)
      mirror->replace(std::move((*newer)->model), (*newer)->position, {}, 0);
    else if (!wait(before_asking_again)) // the node itself has not taken it in yet
      return;
  }
}

// Whether there is reason to go on.
bool remote_models::wait(std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

void remote_models::has_grown(log_position position) {
  {
    std::lock_guard guard{mutex_};
    grown_to_ = std::max(grown_to_, position);
  }
  changed_.notify_all();
}

void remote_models::stop() {
  std::map<std::string, std::weak_ptr<live_model>> mirrors;
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    mirrors = mirrors_;
    for (const auto& [address, line] : lines_)
      line->give_up_at(clock::now());
  }
  changed_.notify_all();
  followers_.clear();
  for (const auto& [name, watched] : mirrors)
    if (auto model = watched.lock())
      model->stop(client_stopped());
}

} // namespace annals
