#include <annals/actors/cluster/own_identity.hpp>

#include <annals/messages/ids.hpp>

#include <caf/actor_system.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/node_id.hpp>

#include <algorithm>

#include <unistd.h>

namespace annals {

namespace {

caf::node_id make_identity() {
  caf::node_id::default_data::host_id_type host{};
  const auto first = make_id(), second = make_id();
  // What is random in an id stands at its end.
  auto end = std::copy(first.begin() + 6, first.end(), host.begin());
  std::copy(second.begin() + 6, second.end(), end);
  return caf::make_node_id(static_cast<std::uint32_t>(getpid()), host);
}

class identified_middleman final : public caf::io::middleman {
public:
  explicit identified_middleman(caf::actor_system& system)
      : caf::io::middleman{system}, backend_{&system} {}

  // Before anything is started that would keep the id of CAF's own making. It has no other way in.
  void init(caf::actor_system_config& config) override {
    middleman::init(config);
    const_cast<caf::node_id&>(system().node()) = make_identity();
  }

  caf::io::network::multiplexer& backend() override { return backend_; }

  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new identified_middleman{system};
  }

private:
  caf::io::network::default_multiplexer backend_;
};

} // namespace

void load_network(caf::actor_system_config& config) { config.load<identified_middleman>(); }

} // namespace annals
