#pragma once

#include <annals/persistence/served/store_line.hpp>

#include <span>
#include <vector>

namespace annals::served {

/// Appends to a store elsewhere. Where an answer is lost it asks again, and what another run of the
/// other side may have stored is looked up by the ids of its events, or of its outcomes.
class remote_appends {
public:
  explicit remote_appends(std::shared_ptr<store_line> line);
  ~remote_appends();

  std::vector<append_outcome> append(std::span<const append_request> requests);

private:
  using outcome_list = std::vector<append_outcome>;

  result<outcome_list> append_until(std::span<const append_request> requests,
                                    store_line::clock::time_point until, bool may_be_stored);
  result<outcome_list> append_missing(std::span<const append_request> requests,
                                      store_line::clock::time_point until);
  result<std::optional<appended>> look_up(const append_request& request,
                                          store_line::clock::time_point until);
  static failure unsure(const failure& why);

  line_channel channel_;
  std::unique_ptr<event_reader> reader_;
};

/// What became of a request that may have been stored: its outcome where it was, else nothing.
result<std::optional<appended>> find_stored(event_reader& reader, const append_request& request);

} // namespace annals::served
