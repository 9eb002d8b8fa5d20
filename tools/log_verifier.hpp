#pragma once

#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace annals::tools {

/// Something wrong in a store: where, and what.
struct finding {
  /// 0 where it is not about one event.
  log_position position = 0;
  std::string what;
};

/// Looks at every event of a log in order of position: positions without gaps, each stream's
/// versions without gaps, stream names, JSON, and with a domain types that it knows and can
/// decode. Then at what the store says of its streams and read models. One thread.
class log_verifier {
public:
  explicit log_verifier(const registry& domain) : domain_{domain} {}

  /// The next event of the log.
  void look_at(const recorded_event& event);

  /// After the last event, which has position `end`: compares the store's list of streams with
  /// what was seen, reads each stream by itself, and looks at the read models. Gives what the store
  /// fails with.
  result<void> look_at_rest(event_reader& reader);

  /// The first findings, `kept_findings` at most, and how many there were in all.
  const std::vector<finding>& findings() const noexcept { return findings_; }
  std::uint64_t found() const noexcept { return found_; }
  std::uint64_t events() const noexcept { return events_; }
  std::size_t streams() const noexcept { return versions_.size(); }

  static constexpr std::size_t kept_findings = 100;

private:
  void found(log_position position, std::string what);
  void check_place(const recorded_event& event);
  void check_contents(const recorded_event& event);
  void check_stream(const stream_info& listed);
  void check_reading(const stream_info& listed, event_reader& reader);
  void check_model(const stored_model& model, log_position end);

  const registry& domain_;
  std::unordered_map<std::string, stream_version> versions_;
  log_position last_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t found_ = 0;
  std::vector<finding> findings_;
};

} // namespace annals::tools
