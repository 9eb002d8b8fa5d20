#pragma once

#include "tests/cluster/load.hpp"

#include <annals/persistence/event_store.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace annals::tests::cluster {

/// Holds what callers were told, and the stored read models, against the log.
class cluster_judge {
public:
  explicit cluster_judge(event_reader& store);

  /// Every answer is what the log says; no command was carried out twice.
  void check_answers(const std::map<uuid, asked_command>& asked);
  /// Every transfer by the process manager has come to its end, whole, and none twice.
  void check_transfers(const std::map<uuid, asked_command>& asked);
  /// No money was made or lost.
  void check_money();
  /// Every stored read model of the domain is the fold of the whole log.
  void check_models();

  const std::vector<std::string>& findings() const noexcept { return findings_; }
  std::uint64_t found() const noexcept { return found_; }
  std::size_t events() const noexcept { return log_.size(); }
  /// Of all transfers that were asked of the process manager, those that have come to an end.
  static bool all_ended(event_reader& store, const std::map<uuid, asked_command>& asked);

private:
  void take(const recorded_event& event);
  void check_whole(const recorded_event& event);
  void check_carried_out(const uuid& id, const asked_command& one);
  void check_model(const registry& domain, const projection_type& type);
  void check(bool good, const std::string& what);

  event_reader& store_;
  std::vector<recorded_event> log_;
  std::set<uuid> event_ids_;
  std::map<uuid, unsigned> events_of_;
  std::map<uuid, log_position> last_of_;
  std::map<uuid, std::vector<const recorded_event*>> by_correlation_;
  std::map<std::string, stream_version, std::less<>> versions_;
  std::map<std::string, std::int64_t> balances_;
  std::uint64_t found_ = 0;
  std::vector<std::string> findings_;
};

} // namespace annals::tests::cluster
