#pragma once

#include <annals/messages/upcaster_type.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// The upcasters of a domain, and how they follow each other.
class upcasters {
public:
  upcasters() = default;
  explicit upcasters(std::vector<upcaster_type> all) : all_{std::move(all)} {}

  const std::vector<upcaster_type>& all() const noexcept { return all_; }

  /// Null where there is none from that type at that schema version.
  const upcaster_type* find(upcast_kind kind, std::string_view name,
                            std::uint32_t schema_version) const noexcept;

  /// Whether any takes that type, at whatever schema version.
  bool take(upcast_kind kind, std::string_view name) const noexcept;

  /// The two upcasters from the same type and schema version, or nothing.
  const upcaster_type* first_twin() const noexcept;

  /// The schema version that the domain knows a type at, or nothing where it does not know it.
  using known_version = std::function<std::optional<std::uint32_t>(std::string_view name)>;

  /// Where `form` leads: through upcaster after upcaster, until what comes out is of a type and
  /// schema version that no upcaster takes. Gives, each naming the upcasters on the way:
  /// `domain_threw`; `undecodable` where they go round in a circle (more than 100 steps), make more
  /// than 10,000 out of one, give another kind of thing, or a newer schema version than is known;
  /// `unknown_event_type`, `unknown_command` or `undecodable` where they lead to a type that the
  /// domain does not know. Never blocks, but for the domain's own code; any thread.
  result<std::vector<upcast_form>> follow(upcast_form form, const known_version& known) const;

private:
  struct way;
  result<void> step(upcast_form form, way& gone) const;

  std::vector<upcaster_type> all_;
};

/// A stored or sent JSON text as an object that an upcaster may change. Gives `undecodable`.
result<boost::json::object> parse_object(std::string_view json);

/// "event bank.money_deposited (schema version 1)".
std::string describe(upcast_kind kind, std::string_view name, std::uint32_t schema_version);

} // namespace annals
