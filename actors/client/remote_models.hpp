#pragma once

#include <annals/actors/client/node_watch.hpp>
#include <annals/actors/live_model.hpp>
#include <annals/actors/served/served_line.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <atomic>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace annals {

/// A read model as a node had it.
struct fetched_model {
  log_position position = 0;
  std::unique_ptr<projection_instance> model;
};

/// The read models of an application for a client: fetched from the node that runs each, whichever
/// that is now; those that are watched are kept as they are over there. Any thread.
class remote_models {
public:
  /// `how` is how nodes are reached.
  remote_models(const registry& domain, std::shared_ptr<const node_watch> nodes,
                served_store_settings how)
      : domain_{domain}, nodes_{std::move(nodes)}, how_{std::move(how)} {}
  ~remote_models() { stop(); }

  /// The model as it is now. Blocks; fails as `client::read`.
  result<std::unique_ptr<projection_instance>> fetch(const std::string& projection);
  /// One that follows as long as somebody has it, until `stop`. Blocks until it is there; fails as
  /// `fetch`.
  result<std::shared_ptr<const live_model>> mirror(const std::string& projection);
  /// The log has grown: those that follow look. Never blocks.
  void has_grown(log_position position);
  void stop();

private:
  using clock = std::chrono::steady_clock;

  /// Keeps one mirror up.
  struct follower {
    std::atomic<bool> has_ended = false;
    std::jthread thread{};
  };

  /// Asked again over the same one, a node forgets what it was asked before.
  using asked_channel = std::optional<served::line_channel>;

  /// Nothing where it is still at `known`.
  result<std::optional<fetched_model>> fetch_newer(const projection_type& type,
                                                   std::optional<log_position> known,
                                                   clock::time_point until, asked_channel& channel);
  result<std::shared_ptr<served::store_line>> line_to(const std::string& node);
  void drop_lines_to_others(const placement& all);
  result<const projection_type*> type_of(const std::string& projection) const;
  void start_to_follow(const std::weak_ptr<live_model>& watched);
  void follow(const std::weak_ptr<live_model>& watched);
  bool wait(std::chrono::milliseconds time);

  const registry& domain_;
  const std::shared_ptr<const node_watch> nodes_;
  const served_store_settings how_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // By address.
  std::map<std::string, std::shared_ptr<served::store_line>> lines_;
  std::map<std::string, std::weak_ptr<live_model>> mirrors_;
  std::list<follower> followers_;
  log_position grown_to_ = 0;
  bool stopping_ = false;
};

} // namespace annals
