#include <annals/actors/served/store_clerk.hpp>
#include <annals/actors/served/store_host_state.hpp>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace annals {

namespace {

// Those who are gone stay until the log grows.
constexpr std::size_t most_followers = 4096;

} // namespace

// Without a sender: nobody is to know the way to the host itself.
void store_host_state::on_follow(const caf::strong_actor_ptr& who, log_position told) {
  if (who == nullptr)
    return;
  auto handle = caf::actor_cast<follower_actor>(who);
  if (told < position_)
    return caf::anon_send(handle, grew_atom::value, std::uint64_t{position_});
  if (followers_.size() >= most_followers)
    followers_.clear(); // they look for themselves now and then
  followers_[handle.address()] = follower{handle, told};
}

void store_host_state::on_grew(log_position position) {
  position_ = std::max(position_, position);
  std::erase_if(followers_, [&](const auto& entry) {
    const auto& one = entry.second;
    if (one.told >= position_)
      return false;
    caf::anon_send(one.handle, grew_atom::value, std::uint64_t{position_});
    return true;
  });
}

namespace {

constexpr std::size_t reading_clerks = 4;

store_host_actor::behavior_type store_host(store_host_state::pointer self, store_host_parts parts,
                                           store_clerks clerks) {
  self->state.init(self, std::move(parts), std::move(clerks));
  self->set_exit_handler([self](const caf::exit_msg& asked) {
    self->state.let_all_go();
    self->quit(asked.reason);
  });
  return {
      [self](greet_atom, std::uint64_t, bool writes) { return self->state.on_greet(writes); },
      [self](piece_atom, const std::string& channel, std::uint64_t number, std::uint64_t offset,
             bool is_last, const std::string& bytes) {
        return self->state.on_piece({channel, number, offset, is_last, bytes});
      },
      [self](more_atom, const std::string& channel, std::uint64_t number, std::uint64_t offset) {
        return self->state.on_more(channel, number, offset);
      },
      [self](follow_atom, const caf::strong_actor_ptr& who, std::uint64_t told) {
        self->state.on_follow(who, told);
      },
      [self](append_done& done) { self->state.on_append_done(std::move(done.outcome)); },
      [self](const log_grew& grown) { self->state.on_grew(grown.position); },
      [self](look_again) { self->state.on_look_again(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

store_host_actor spawn_store_host(caf::actor_system& system, store_host_parts parts) {
  store_clerks clerks;
  for (std::size_t i = 0; i < (parts.is_writable ? reading_clerks : 1); ++i)
    clerks.readers.push_back(spawn_reading_clerk(system, *parts.store));
  clerks.leases = spawn_lease_clerk(system, *parts.store);
  clerks.writer = spawn_writing_clerk(system, parts.writer);
  clerks.models = spawn_model_clerk(system, parts.look);
  auto bus = parts.bus;
  auto host = system.spawn(store_host, std::move(parts), std::move(clerks));
  caf::anon_send(bus, subscriber_actor{host});
  return host;
}

} // namespace annals
