#include <annals/actors/subscriptions.hpp>

#include <annals/actors/leave_system.hpp>
#include <annals/messages/text.hpp>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace annals {

namespace {

constexpr std::uint32_t most_partitions = 1024;

failure not_possible(const std::string& what) { return {errc::invalid_argument, what}; }

result<void> check(const subscription_settings& settings) {
  if (settings.window == 0)
    return not_possible("a subscription's window has to be 1 or more");
  if (settings.retry_after.count() < 0)
    return not_possible("a subscription's retry_after has to be 0 or more");
  if (settings.partitions == 0 || settings.partitions > most_partitions)
    return not_possible("a subscription's partitions have to be 1 to "
                        + std::to_string(most_partitions));
  if (settings.partitions > 1 && (settings.name.empty() || settings.one_active))
    return not_possible("a subscription with several partitions has a name, and more than one "
                        "active consumer; set partitions to 1");
  return settings.name.empty() ? result<void>{} : check_id(settings.name);
}

bool agree(const subscription_settings& a, const subscription_settings& b) {
  return a.filter.streams == b.filter.streams && a.filter.aggregates == b.filter.aggregates
         && a.filter.types == b.filter.types && a.one_active == b.one_active && a.window == b.window
         && a.partitions == b.partitions;
}

template <class Actor, class Message>
void ask_and_wait(caf::actor_system& system, const Actor& actor, Message message) {
  caf::scoped_actor self{system};
  self->request(actor, caf::infinite, std::move(message))
      .receive([](finished) {}, [](const caf::error&) {});
}

} // namespace

// Known to the application as a handle.
class subscription::inside {
public:
  inside(std::shared_ptr<subscriptions> all, std::shared_ptr<subscriptions::group> of,
         handout::consumer_id consumer)
      : all_{std::move(all)}, group_{std::move(of)}, consumer_{consumer} {}

  ~inside() { leave(); }
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;

  void leave() {
    if (!std::exchange(left_, true))
      all_->leave(group_, consumer_);
  }
  subscription_status status() const { return group_->status_now(); }

private:
  std::shared_ptr<subscriptions> all_;
  std::shared_ptr<subscriptions::group> group_;
  handout::consumer_id consumer_;
  bool left_ = false;
};

subscription::subscription() noexcept = default;
subscription::subscription(std::unique_ptr<inside> with) : inside_{std::move(with)} {}
subscription::subscription(subscription&&) noexcept = default;
subscription& subscription::operator=(subscription&&) noexcept = default;
subscription::~subscription() = default;

void subscription::cancel() {
  if (inside_)
    inside_->leave();
}

subscription_status subscription::status() const {
  return inside_ ? inside_->status() : subscription_status{};
}

// -- all of a node's -------------------------------------------------------------

result<subscription> subscriptions::subscribe(const subscription_settings& settings,
                                              callback called) {
  if (auto good = check(settings); !good)
    return good.error();
  std::lock_guard guard{mutex_};
  if (stopped_)
    return failure{errc::stopping, "the node is stopping; subscribe again after the restart"};
  auto found = group_for(settings);
  if (!found)
    return found.error();
  auto of = *found;
  consumer_parts made;
  made.id = next_++;
  made.callback = std::move(called);
  made.route = of->route;
  made.group = of->actor;
  made.subscription = settings.name;
  made.most_retries = settings.most_retries;
  made.retry_after = settings.retry_after;
  auto actor = spawn_consumer(*parts_.system, made);
  caf::anon_send(of->actor, consumer_joins{made.id, actor});
  of->consumers.emplace(made.id, member{std::move(actor), made.cancelled, made.thread});
  leave_system();
  return subscription{std::make_unique<subscription::inside>(shared_from_this(), of, made.id)};
}

result<std::shared_ptr<subscriptions::group>>
subscriptions::group_for(const subscription_settings& settings) {
  for (const auto& one : groups_) {
    if (settings.name.empty() || one->settings.name != settings.name)
      continue;
    if (auto why = one->status->get().stopped)
      return *why;
    if (!agree(one->settings, settings))
      return not_possible(
          "the subscription " + annals::quoted(settings.name)
          + " is there with other settings; consumers of one name share filter, window, "
            "one_active and partitions");
    return one;
  }
  return start_group(settings);
}

result<std::shared_ptr<subscriptions::group>>
subscriptions::start_group(const subscription_settings& settings) {
  auto reader = parts_.open_reader();
  if (!reader)
    return reader.error();
  auto begin = establish(parts_, **reader, settings);
  if (!begin)
    return begin.error();
  auto made = std::make_shared<group>();
  made->settings = settings;
  made->status = std::make_shared<shared_status>();
  subscription_status at_first{settings.name, *begin};
  at_first.partitions = settings.partitions;
  made->status->set(std::move(at_first));
  handout_parts parts;
  parts.domain = parts_.domain;
  parts.settings = settings;
  parts.begin = *begin;
  parts.reader = std::move(*reader);
  parts.journal = parts_.journal;
  parts.status = made->status;
  parts.poll_interval = parts_.poll_interval;
  parts.save_interval = parts_.save_interval;
  const bool is_shared = parts_.nodes && !settings.name.empty();
  std::vector<part_begins> all;
  for (handout::part_id part = 0; !is_shared && part < settings.partitions; ++part) {
    auto place = settings.name.empty()
                     ? result<stored_model>{stored_model{{}, *begin, 1, {}}}
                     : take_over_place(parts_, *parts.reader, settings, part, *begin);
    if (!place)
      return place.error();
    all.push_back({part, std::move(*place)});
  }
  made->actor = spawn_handout(*parts_.system, std::move(parts));
  made->route = std::make_shared<acknowledgement_route>(made->actor);
  for (auto& one : all)
    caf::anon_send(made->actor, std::move(one));
  if (is_shared)
    offer_all(*made, *begin);
  caf::anon_send(parts_.bus, subscriber_actor{made->actor});
  groups_.push_back(made);
  return made;
}

void subscriptions::leave(const std::shared_ptr<group>& of, handout::consumer_id consumer) {
  std::unique_lock lock{mutex_};
  const auto& those = stopped_ ? ending_ : of->consumers;
  auto found = those.find(consumer);
  if (found == those.end())
    return;
  auto leaving = found->second;
  ++leaving_now_;
  lock.unlock();
  // Outside of the lock: the callback may be subscribing or leaving itself.
  end_consumer(leaving);
  leave_system();
  lock.lock();
  if (--leaving_now_ == 0)
    all_left_.notify_all();
  if (stopped_)
    return;
  ask_and_wait(*parts_.system, of->actor, consumer_leaves{consumer});
  of->consumers.erase(consumer);
  if (of->consumers.empty())
    end_group(of);
  leave_system();
}

// A callback that ends its own subscription cannot be waited for.
void subscriptions::end_consumer(const member& leaving) const {
  *leaving.cancelled = true;
  if (leaving.thread->load() == std::this_thread::get_id())
    caf::anon_send(leaving.actor, finish{});
  else
    ask_and_wait(*parts_.system, leaving.actor, finish{});
}

void subscriptions::end_group(const std::shared_ptr<group>& of) {
  // Before it finishes: each place is stored under its lease.
  if (parts_.nodes && !of->duties.empty())
    parts_.nodes->let_go(of->duties);
  ask_and_wait(*parts_.system, of->actor, finish{});
  of->route->cut();
  caf::anon_send_exit(of->actor, caf::exit_reason::user_shutdown);
  of->actor = nullptr;
  std::erase(groups_, of);
}

result<void> subscriptions::forget(const std::string& name) {
  std::lock_guard guard{mutex_};
  if (stopped_)
    return failure{errc::stopping, "the node is stopping"};
  if (name.empty())
    return not_possible("a subscription without a name keeps nothing that could be forgotten");
  for (const auto& one : groups_)
    if (one->settings.name == name)
      return not_possible("the subscription " + annals::quoted(name)
                          + " has consumers; cancel them first");
  auto forgotten = forget_places(parts_, name);
  leave_system();
  return forgotten;
}

std::vector<subscription_status> subscriptions::all() const {
  std::lock_guard guard{mutex_};
  std::vector<subscription_status> found;
  for (const auto& one : groups_)
    found.push_back(one->status_now());
  return found;
}

void subscriptions::stop() {
  std::unique_lock lock{mutex_};
  stopped_ = true;
  for (const auto& of : groups_)
    ending_.insert(of->consumers.begin(), of->consumers.end());
  auto ending = ending_;
  lock.unlock();
  for (const auto& [id, leaving] : ending)
    *leaving.cancelled = true;
  for (const auto& [id, leaving] : ending)
    end_consumer(leaving);
  ending.clear();
  lock.lock();
  // They have the actor system.
  all_left_.wait(lock, [this] { return leaving_now_ == 0; });
  ending_.clear();
  for (const auto& of : std::vector{groups_}) {
    of->consumers.clear();
    end_group(of);
  }
  parts_.journal = nullptr;
  parts_.bus = nullptr;
  parts_.nodes = nullptr;
}

} // namespace annals
