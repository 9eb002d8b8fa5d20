#pragma once

#include <map>
#include <string>
#include <vector>

namespace annals::tests::cluster {

/// Network namespaces with an address each, on one bridge with this process, where that is
/// permitted (`ip netns`, which needs root). One that is cut off can send nothing to the others and
/// gets nothing, and nobody is told. What `ip` cannot do once it is there is thrown
/// (`std::runtime_error`).
class private_network {
public:
  private_network();
  ~private_network();
  private_network(const private_network&) = delete;
  private_network& operator=(const private_network&) = delete;

  /// Whether it is there; otherwise all is on the loopback interface, and nothing can be cut off.
  bool is_there() const noexcept { return is_there_; }
  /// Why it is not there.
  const std::string& why_not() const noexcept { return why_not_; }
  /// The address of this process: of the bridge, or of the loopback interface.
  std::string own_address() const;
  /// The address of a node, whose namespace is made at the first call.
  std::string address_of(const std::string& node);
  /// What goes before a command to be run there.
  std::vector<std::string> entering(const std::string& node) const;

  void cut(const std::string& node);
  void mend(const std::string& node);

private:
  void make();
  std::string space(const std::string& node) const { return name_ + node; }

  std::string name_;
  std::string subnet_;
  bool is_there_ = false;
  std::string why_not_;
  std::map<std::string, int> hosts_;
};

} // namespace annals::tests::cluster
