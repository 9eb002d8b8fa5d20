#pragma once

#include <annals/actors/client/client_settings.hpp>
#include <annals/actors/cluster/placement.hpp>
#include <annals/actors/live_query.hpp>
#include <annals/actors/subscription.hpp>
#include <annals/messages/command.hpp>
#include <annals/messages/command_type.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/joint_command.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace annals {

/// A program beside an application's nodes: has no aggregates, no projections and no store, and
/// asks, reads and follows through any node that it reaches. It learns of the others from that one,
/// hands each command to the node that has its aggregate, and goes on with another node where one
/// is gone. All members from any thread.
class client {
public:
  /// Connects. Blocks until a node is reached. Gives `store_unavailable` where none is for three
  /// times `connect_timeout`; `invalid_argument` where a setting is out of range, another program
  /// is at the address, or the nodes lack an aggregate or an event of `domain`.
  static result<std::unique_ptr<client>> start(registry domain, client_settings settings);
  /// The same for wiring in `main`; throws `annals::error`.
  client(registry domain, client_settings settings);
  /// As `stop`.
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// As `node::ask`, with the same results and errors: a command that is sent again, because a node
  /// is gone or its answer was lost, is carried out once. `timed_out` when `give_up` is over.
  template <aggregate Aggregate, described Command>
  std::future<reply> ask(std::string id, Command body, command_options options = {}) {
    return ask(command_for<Aggregate>(std::move(id), std::move(body), std::move(options)));
  }
  /// Sends a joint command to its participants, as `node::ask`: throws what `participants_of`
  /// throws.
  template <joint_command Command>
  std::future<reply> ask(Command body, command_options options = {}) {
    return ask(command_for(std::move(body), std::move(options)));
  }
  /// Sends a command that was made elsewhere, such as one in JSON.
  std::future<reply> ask(command envelope);
  /// `done` is called once with the reply, on a thread of the client's, and must neither block nor
  /// throw.
  void ask(command envelope, std::function<void(reply)> done);

  /// Follows the log: calls `called` with each event that passes, on a thread of the subscription
  /// where it may block. When a node is gone it goes on with another one, behind the event that was
  /// read last: none is left out, none comes twice but those that `called` has thrown at. Gives
  /// `invalid_argument` for a durable subscription (with a name): where it was is kept in the
  /// store, by a node; otherwise as `node::subscribe`. To go on after a restart, keep the position
  /// and start `subscription_start::after` it.
  result<subscription> subscribe(const subscription_settings& settings,
                                 std::function<void(const recorded_event&)> called);

  /// Calls `look` with the read model of `Projection` as the node that runs it has it now, on the
  /// calling thread, and returns what it returns. Blocks while the model comes over the network.
  /// Gives `unknown_projection` where no node runs it for `give_up`, `store_unavailable` where none
  /// is reached, `undecodable` where the nodes have another form of it.
  template <projection Projection, class Look>
  auto read(Look look) -> result<std::decay_t<std::invoke_result_t<Look, const Projection&>>> {
    auto found = fetch_model(Projection::name.text());
    if (!found)
      return found.error();
    return look(*static_cast<const Projection*>((*found)->model()));
  }

  /// As `node::watch`: calls `answer` with what `select` makes of the read model now, and again
  /// whenever that has changed. The model is fetched whenever the log has grown, as fast as it
  /// comes; states between may be left out. Fails as `read`.
  template <projection Projection, class Select, class Answer>
  result<live_query> watch(Select select, Answer answer) {
    using value = std::decay_t<std::invoke_result_t<Select, const Projection&>>;
    auto mirror = mirror_of(Projection::name.text());
    if (!mirror)
      return mirror.error();
    return live_query{*mirror, [select, answer, last = std::optional<value>{}](
                                   const void* model, const std::function<void()>& unlock) mutable {
                        value now = select(*static_cast<const Projection*>(model));
                        unlock();
                        if (last && *last == now)
                          return;
                        last = std::move(now);
                        answer(*last);
                      }};
  }

  /// A reader of the application's store, through whichever node is reached. Must be gone before
  /// the client is.
  result<std::unique_ptr<event_reader>> open_reader();

  /// The nodes that are there, as the client last saw them. Never blocks.
  std::vector<member> nodes() const;

  /// Asks nothing any more: whoever waits gets `stopping`. Blocks until callbacks have returned.
  void stop();

private:
  class inside;
  explicit client(std::unique_ptr<inside> with);

  result<std::unique_ptr<projection_instance>> fetch_model(std::string_view projection);
  result<std::shared_ptr<const live_model>> mirror_of(std::string_view projection);

  std::unique_ptr<inside> inside_;
};

} // namespace annals
