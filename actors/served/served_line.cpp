#include <annals/actors/cluster/own_identity.hpp>
#include <annals/actors/served/served_line.hpp>

#include <annals/actors/cluster/gateway.hpp>
#include <annals/actors/cluster/porter.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/actors/served/line_actor.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace annals {

void address_book::give(std::vector<network_address> addresses) {
  std::lock_guard guard{mutex_};
  given_ = std::move(addresses);
}

void address_book::learn(std::vector<network_address> addresses) {
  std::lock_guard guard{mutex_};
  std::erase_if(addresses, [&](const auto& one) { return std::ranges::count(given_, one) != 0; });
  learnt_ = std::move(addresses);
}

network_address address_book::next() {
  std::lock_guard guard{mutex_};
  auto place = next_++ % (given_.size() + learnt_.size());
  return place < given_.size() ? given_[place] : learnt_[place - given_.size()];
}

std::string address_book::text() const {
  std::lock_guard guard{mutex_};
  std::string all;
  for (const auto& one : given_)
    all += (all.empty() ? "" : ", ") + one.text();
  return all;
}

namespace {

class served_line final : public served::store_line {
public:
  explicit served_line(const served_store_settings& settings)
      : give_up_{settings.give_up}, shown_{(settings.writes ? "annals://" : "")
                                           + settings.addresses->text()} {
    load_network(config_);
    know_gateways(config_);
    if (!settings.tls.empty())
      use_tls(config_, settings.tls);
    config_.set("scheduler.policy", caf::atom("sharing"));
    config_.set("scheduler.max-threads", std::size_t{1});
    config_.set("logger.verbosity", caf::atom("quiet"));
    system_.emplace(config_);
    keep_strangers_from_caf(*system_);
    line_parts parts;
    parts.addresses = settings.addresses;
    parts.writes = settings.writes;
    parts.connections.connect_timeout = settings.connect_timeout;
    parts.connections.silence = settings.silence;
    parts.connections.tls = !settings.tls.empty();
    parts.connections.first_reconnect = settings.first_reconnect;
    parts.connections.longest_reconnect = settings.longest_reconnect;
    parts.shown = shown_;
    parts.ear = ear_;
    parts.opened = opened_;
    parts.give_up_at = give_up_at_;
    parts.open_for = 3 * settings.connect_timeout;
    line_ = spawn_line(*system_, std::move(parts));
    leave_system();
  }

  ~served_line() override {
    caf::anon_send(line_, close_connections{});
    line_ = nullptr;
    system_.reset();
    leave_system();
  }

  result<void> wait_until_open() { return opened_->get_future().get(); }

  result<std::optional<std::string>> ask(const served::line_question& question,
                                         clock::time_point until) override {
    return wait_for(question, until, false);
  }

  result<std::string> run(clock::time_point until) override {
    auto found = wait_for({}, until, true);
    return found ? result<std::string>{std::move(**found)} : found.error();
  }

  std::unique_ptr<growth_watch> watch(growth_listener grown) override {
    ear_->listen(std::move(grown));
    caf::anon_send(line_, follow_atom::value);
    return std::make_unique<watching>(ear_);
  }

  std::chrono::milliseconds give_up() const noexcept override { return give_up_; }
  void give_up_at(clock::time_point time) noexcept override { *give_up_at_ = time; }
  clock::time_point gives_up_at() const noexcept override { return *give_up_at_; }
  const std::string& shown() const noexcept override { return shown_; }

private:
  class watching final : public growth_watch {
  public:
    explicit watching(std::shared_ptr<growth_ear> ear) : ear_{std::move(ear)} {}
    ~watching() override { ear_->stop(); }

  private:
    std::shared_ptr<growth_ear> ear_;
  };

  result<std::optional<std::string>> wait_for(const served::line_question& question,
                                              clock::time_point until, bool wants_run) {
    auto call = std::make_shared<line_call>();
    call->question = question;
    call->until = until;
    call->wants_run = wants_run;
    auto answer = call->done.get_future();
    caf::anon_send(line_, std::move(call)); // keeps none: when the line drops it nobody waits
    try {
      return answer.get();
    } catch (const std::future_error&) { // the line ended without it
      return failure{errc::store_unavailable,
                     "the connection to the store " + shown_ + " has ended"};
    }
  }

  const std::chrono::milliseconds give_up_;
  const std::string shown_;
  const std::shared_ptr<std::atomic<clock::time_point>> give_up_at_ =
      std::make_shared<std::atomic<clock::time_point>>(clock::time_point::max());
  std::shared_ptr<growth_ear> ear_ = std::make_shared<growth_ear>();
  std::shared_ptr<std::promise<result<void>>> opened_ =
      std::make_shared<std::promise<result<void>>>();
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  line_actor line_;
};

} // namespace

result<std::shared_ptr<served::store_line>> open_line(const served_store_settings& settings) {
  if (auto good = check_tls(settings.tls); !good)
    return good.error();
  auto line = std::make_shared<served_line>(settings);
  if (auto opened = line->wait_until_open(); !opened)
    return opened.error();
  return std::shared_ptr<served::store_line>{std::move(line)};
}

} // namespace annals
