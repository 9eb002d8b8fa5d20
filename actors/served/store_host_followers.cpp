#include <annals/actors/served/store_clerk.hpp>
#include <annals/actors/served/store_host_state.hpp>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace annals {

namespace {

constexpr std::size_t most_followers = 1024;
constexpr std::chrono::seconds longest_word{10};

} // namespace

void store_host_state::on_follow(const caf::strong_actor_ptr& who) {
  if (who == nullptr || followers_.size() >= most_followers)
    return;
  auto handle = caf::actor_cast<follower_actor>(who);
  auto address = handle.address();
  if (followers_.try_emplace(address, follower{std::move(handle)}).second)
    self_->monitor(address);
  tell(address);
}

void store_host_state::on_grew(log_position position) {
  position_ = std::max(position_, position);
  std::vector<caf::actor_addr> all;
  for (const auto& [address, one] : followers_)
    all.push_back(address);
  for (const auto& address : all)
    tell(address);
}

// One word at a time: a follower that is slow hears of many commits at once.
void store_host_state::tell(const caf::actor_addr& who) {
  auto known = followers_.find(who);
  if (known == followers_.end() || known->second.is_being_told || known->second.told >= position_)
    return;
  auto& one = known->second;
  one.is_being_told = true;
  one.told = position_;
  self_->request(one.handle, longest_word, grew_atom::value, std::uint64_t{position_})
      .then(
          [this, who](bool) {
            if (auto told = followers_.find(who); told != followers_.end())
              told->second.is_being_told = false;
            tell(who);
          },
          [this, who](const caf::error&) { on_down(who); });
}

// It follows again when it has connected again.
void store_host_state::on_down(const caf::actor_addr& gone) {
  if (followers_.erase(gone) != 0)
    self_->demonitor(gone);
}

namespace {

constexpr std::size_t reading_clerks = 4;

store_host_actor::behavior_type store_host(store_host_state::pointer self, store_host_parts parts,
                                           store_clerks clerks) {
  self->state.init(self, std::move(parts), std::move(clerks));
  self->set_down_handler([self](const caf::down_msg& gone) { self->state.on_down(gone.source); });
  self->set_exit_handler([self](const caf::exit_msg& asked) {
    if (asked.source && asked.source.node() != self->node())
      return;
    self->state.let_all_go();
    self->quit(asked.reason);
  });
  return {
      [self](greet_atom, std::uint64_t) { return self->state.on_greet(); },
      [self](piece_atom, const std::string& channel, std::uint64_t number, std::uint64_t offset,
             bool is_last, const std::string& bytes) {
        return self->state.on_piece({channel, number, offset, is_last, bytes});
      },
      [self](more_atom, const std::string& channel, std::uint64_t number, std::uint64_t offset) {
        return self->state.on_more(channel, number, offset);
      },
      [self](follow_atom, const caf::strong_actor_ptr& who) { self->state.on_follow(who); },
      [self](append_done& done) { self->state.on_append_done(std::move(done.outcome)); },
      [self](const log_grew& grown) { self->state.on_grew(grown.position); },
      [self](look_again) { self->state.on_look_again(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

result<store_host_actor> spawn_store_host(caf::actor_system& system, store_host_parts parts) {
  std::vector<std::unique_ptr<event_reader>> readers;
  for (std::size_t i = 0; i < reading_clerks; ++i) {
    auto reader = parts.store->open_reader();
    if (!reader)
      return reader.error();
    readers.push_back(std::move(*reader));
  }
  auto leases = parts.store->open_leases();
  if (!leases)
    return leases.error();
  store_clerks clerks;
  for (auto& reader : readers)
    clerks.readers.push_back(spawn_reading_clerk(system, std::move(reader)));
  clerks.leases = spawn_lease_clerk(system, std::move(*leases));
  clerks.writer = spawn_writing_clerk(system, parts.writer);
  auto bus = parts.bus;
  auto host = system.spawn(store_host, std::move(parts), std::move(clerks));
  caf::anon_send(bus, subscriber_actor{host});
  return host;
}

} // namespace annals
