#pragma once

#include "tests/actors/places.hpp"

#include <map>
#include <memory>

namespace annals::tests {

/// Several nodes in one process, over one store, with real sockets between them.
class crew {
public:
  using settings_changer = std::function<void(config&)>;

  explicit crew(registry domain) : domain_{std::move(domain)} {}

  /// Starts a node; the others need not know of it yet.
  result<node*> start(const std::string& name, const settings_changer& change = {}) {
    return start(domain_, name, change);
  }

  /// The same of another build of the program.
  result<node*> start(const registry& domain, const std::string& name,
                      const settings_changer& change = {}) {
    auto settings = config{};
    settings.store = at_.urls[1];
    settings.cluster.emplace();
    settings.cluster->name = name;
    settings.cluster->lease_time = std::chrono::milliseconds{600};
    settings.cluster->connect_timeout = std::chrono::milliseconds{500};
    settings.cluster->give_up = std::chrono::seconds{20};
    if (change)
      change(settings);
    auto started = node::start(domain, settings);
    if (!started)
      return started.error();
    return (nodes_[name] = std::move(*started)).get();
  }

  /// Starts nodes and waits until each knows of all.
  explicit crew(registry domain, const std::vector<std::string>& names,
                const settings_changer& change = {})
      : crew{std::move(domain)} {
    for (const auto& name : names)
      start(name, change).value();
    REQUIRE(all_know(names.size()));
  }

  bool all_know(std::size_t count) {
    return comes_true([&] {
      return std::ranges::all_of(
          nodes_, [&](const auto& one) { return one.second->nodes().size() == count; });
    });
  }

  node& operator[](const std::string& name) { return *nodes_.at(name); }
  std::map<std::string, std::unique_ptr<node>>& all() { return nodes_; }
  const std::string& store_url() const { return at_.urls[1]; }

  /// Stops a node in order.
  void stop(const std::string& name) { nodes_.erase(name); }

private:
  registry domain_;
  places at_;
  std::map<std::string, std::unique_ptr<node>> nodes_;
};

} // namespace annals::tests
