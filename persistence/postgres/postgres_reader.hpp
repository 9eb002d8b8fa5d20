#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/postgres/session.hpp>
#include <annals/persistence/recent_map.hpp>

namespace annals::postgres {

/// A reader with a connection of its own. Each call is one or two statements and holds nothing
/// between calls; one whose connection is lost asks again.
class postgres_reader : public event_reader {
public:
  /// Connects, and tries again like every call. Throws `annals::error`.
  explicit postgres_reader(const settings& where);

  result<std::vector<recorded_event>> read_stream(std::string_view stream,
                                                  stream_slice slice) override;
  result<std::vector<recorded_event>> read_log(log_position after, std::size_t limit) override;
  result<read_part> read_log_part(log_part part, log_position after, std::size_t limit) override;
  result<std::vector<recorded_event>> find_by_correlation(const uuid& id, log_position after,
                                                          std::size_t limit) override;
  result<stream_version> version_of(std::string_view stream) override;
  result<log_position> last_position() override;
  result<std::vector<stream_info>> list_streams(std::string_view after, std::size_t limit) override;
  result<std::optional<stored_model>> load_model(std::string_view projection) override;
  result<std::vector<stored_model>> list_models() override;
  result<std::optional<std::uint64_t>> generation_of(std::string_view projection) override;
  result<std::optional<stored_snapshot>> load_snapshot(std::string_view stream,
                                                       stream_version newest) override;
  result<std::vector<command_outcome>> read_outcomes(std::string_view stream, timestamp since,
                                                     std::size_t limit) override;
  result<std::vector<command_outcome>> find_outcomes(const uuid& correlation,
                                                     std::size_t limit) override;
  result<std::optional<command_outcome>> find_outcome(std::string_view stream,
                                                      const uuid& command_id) override;
  result<std::optional<std::string>> holder_of(std::string_view set,
                                               std::string_view value) override;
  result<outcome_page> list_outcomes(std::uint64_t from, std::size_t limit) override;
  result<std::vector<held_value>> list_values(const held_value& after, std::size_t limit) override;

private:
  template <class From>
  auto ask(const statement& what, const arguments& with, From from);
  std::vector<recorded_event> log_events(connection& db, const rows& found);
  std::vector<std::string> names_of(connection& db, const rows& found);

  session session_;
  recent_map<std::int64_t, std::string> names_;
};

} // namespace annals::postgres
