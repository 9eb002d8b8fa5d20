#include <annals/persistence/served/remote_reader.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <algorithm>
#include <iterator>

namespace annals::served {

namespace {

class remote_reader final : public event_reader {
public:
  explicit remote_reader(std::shared_ptr<store_line> line) : channel_{std::move(line)} {}

  result<std::vector<recorded_event>> read_stream(std::string_view stream,
                                                  stream_slice slice) override {
    std::vector<recorded_event> found;
    return read_pages(found, slice.limit, [&] {
      auto rest = slice;
      rest.limit = slice.limit - found.size();
      if (!found.empty() && slice.order == direction::forwards)
        rest.from = found.back().version + 1;
      else if (!found.empty())
        rest.to = found.back().version - 1;
      return ask<event_page>(store_call::read_stream, stream, rest);
    });
  }

  result<std::vector<recorded_event>> read_log(log_position after, std::size_t limit) override {
    std::vector<recorded_event> found;
    return read_pages(found, limit, [&] {
      auto from = found.empty() ? after : found.back().position;
      return ask<event_page>(store_call::read_log, from, limit - found.size());
    });
  }

  // A page of the other side's may end before the limit: the caller comes again.
  result<read_part> read_log_part(log_part part, log_position after, std::size_t limit) override {
    if (auto good = check_log_part(part); !good)
      return good.error();
    auto page = ask<event_page>(store_call::read_log_part, part, after, limit);
    if (!page)
      return page.error();
    return read_part{std::move(page->events), page->read_to};
  }

  result<std::vector<recorded_event>> find_by_correlation(const uuid& id, log_position after,
                                                          std::size_t limit) override {
    std::vector<recorded_event> found;
    return read_pages(found, limit, [&] {
      auto from = found.empty() ? after : found.back().position;
      return ask<event_page>(store_call::find_by_correlation, id, from, limit - found.size());
    });
  }

  result<stream_version> version_of(std::string_view stream) override {
    return ask<stream_version>(store_call::version_of, stream);
  }
  result<log_position> last_position() override {
    return ask<log_position>(store_call::last_position);
  }
  result<std::vector<stream_info>> list_streams(std::string_view after,
                                                std::size_t limit) override {
    return ask<std::vector<stream_info>>(store_call::list_streams, after, limit);
  }
  result<std::optional<stored_model>> load_model(std::string_view projection) override {
    return ask<std::optional<stored_model>>(store_call::load_model, projection);
  }
  result<std::vector<stored_model>> list_models() override {
    return ask<std::vector<stored_model>>(store_call::list_models);
  }
  result<std::optional<std::uint64_t>> generation_of(std::string_view projection) override {
    return ask<std::optional<std::uint64_t>>(store_call::generation_of, projection);
  }
  result<std::optional<stored_snapshot>> load_snapshot(std::string_view stream,
                                                       stream_version newest) override {
    return ask<std::optional<stored_snapshot>>(store_call::load_snapshot, stream, newest);
  }
  result<std::vector<command_outcome>> read_outcomes(std::string_view stream, timestamp since,
                                                     std::size_t limit) override {
    return ask<std::vector<command_outcome>>(store_call::read_outcomes, stream, since, limit);
  }
  result<std::vector<command_outcome>> find_outcomes(const uuid& correlation,
                                                     std::size_t limit) override {
    return ask<std::vector<command_outcome>>(store_call::find_outcomes, correlation, limit);
  }
  result<std::optional<command_outcome>> find_outcome(std::string_view stream,
                                                      const uuid& command_id) override {
    return ask<std::optional<command_outcome>>(store_call::find_outcome, stream, command_id);
  }
  result<outcome_page> list_outcomes(std::uint64_t from, std::size_t limit) override {
    return ask<outcome_page>(store_call::list_outcomes, from, limit);
  }
  result<std::optional<std::string>> holder_of(std::string_view set,
                                               std::string_view value) override {
    return ask<std::optional<std::string>>(store_call::holder_of, set, value);
  }
  result<std::vector<held_value>> list_values(const held_value& after, std::size_t limit) override {
    return ask<std::vector<held_value>>(store_call::list_values, after, limit);
  }

private:
  template <class T, class... Arguments>
  result<T> ask(store_call what, const Arguments&... arguments) {
    auto answer = channel_.ask(encode_question(what, arguments...));
    return answer ? decode_answer<T>(channel_.line(), *answer) : answer.error();
  }

  // Until there is no more, or as many as were wanted.
  template <class Next>
  static result<std::vector<recorded_event>> read_pages(std::vector<recorded_event>& found,
                                                        std::size_t limit, Next next) {
    for (bool has_more = true; has_more && found.size() < limit;) {
      auto page = next();
      if (!page)
        return page.error();
      has_more = page->has_more && !page->events.empty();
      std::ranges::move(page->events, std::back_inserter(found));
    }
    return std::move(found);
  }

  line_channel channel_;
};

} // namespace

std::unique_ptr<event_reader> make_remote_reader(std::shared_ptr<store_line> line) {
  return std::make_unique<remote_reader>(std::move(line));
}

} // namespace annals::served
