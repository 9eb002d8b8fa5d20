#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/recent_map.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>
#include <annals/persistence/sqlite/store_file.hpp>
#include <annals/persistence/sqlite/stream_chain.hpp>

namespace annals::sqlite {

/// A reader with a connection of its own. Each call sees the store as it is at one moment and
/// holds nothing between calls.
class sqlite_reader : public event_reader {
public:
  /// Throws `annals::error`.
  explicit sqlite_reader(const connection& main);

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
  template <class Body>
  auto read(Body body);
  std::vector<recorded_event> log_events(rows found, std::size_t limit);
  const std::string& name_of(std::int64_t stream);

  file_stamp opened_at_;
  std::unique_ptr<connection> db_;
  stream_chain chain_;
  statement log_;
  statement part_;
  statement correlation_;
  statement last_position_;
  statement stream_name_;
  statement streams_;
  statement model_;
  statement models_;
  statement generation_;
  statement snapshot_;
  statement outcomes_of_stream_;
  statement outcomes_of_correlation_;
  statement final_outcome_;
  statement holder_;
  recent_map<std::int64_t, std::string> names_;
};

} // namespace annals::sqlite
