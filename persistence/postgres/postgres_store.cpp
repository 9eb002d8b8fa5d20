#include <annals/persistence/postgres/postgres_store.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/at_port.hpp>
#include <annals/persistence/postgres/growth_thread.hpp>
#include <annals/persistence/postgres/opening.hpp>
#include <annals/persistence/postgres/postgres_leases.hpp>
#include <annals/persistence/postgres/postgres_reader.hpp>
#include <annals/persistence/postgres/postgres_writer.hpp>
#include <annals/persistence/postgres/side_writer.hpp>

namespace annals {

namespace {

using namespace postgres;

class postgres_store : public event_store {
public:
  postgres_store(settings where, open_mode mode)
      : where_{std::move(where)}, session_{where_, open_first(where_, mode)}, appends_{session_},
        sides_{session_} {}

  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    auto outcomes = at_port([&] { return writing(appends_).append(requests); });
    if (outcomes) {
      if (bell_.is_attended())
        bell_.ring(last_position(*outcomes));
      return std::move(*outcomes);
    }
    return std::vector<append_outcome>(requests.size(), outcomes.error());
  }

  result<void> save_model(const stored_model& model) override {
    return at_port([&] { return writing(sides_).save(model); });
  }

  result<std::uint64_t> replace_model(const stored_model& model,
                                      std::span<const std::string> removed) override {
    return at_port([&] { return writing(sides_).replace(model, removed); });
  }

  result<void> remove_models(std::span<const std::string> projections) override {
    return at_port([&] { writing(sides_).remove_models(projections); });
  }

  result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                              std::size_t keep) override {
    if (keep == 0)
      return keeps_no_snapshots();
    return at_port([&] { writing(sides_).save(snapshots, keep); });
  }

  result<std::uint64_t> drop_snapshots(std::string_view stream) override {
    return at_port([&] { return writing(sides_).drop_snapshots(stream); });
  }

  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) override {
    return at_port([&] { return writing(sides_).forget_outcomes(before, limit); });
  }

  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values) override {
    return at_port([&] { writing(sides_).take_over(outcomes, values); });
  }

  result<void> keep_inline(std::span<const inline_projection> all) override {
    return at_port([&] {
      return writing(appends_).keep_inline(all, std::make_unique<postgres_reader>(where_));
    });
  }

  result<std::unique_ptr<event_reader>> open_reader() override {
    return at_port([&]() -> std::unique_ptr<event_reader> {
      return std::make_unique<postgres_reader>(where_);
    });
  }

  result<std::unique_ptr<lease_store>> open_leases() override {
    return at_port([&]() -> std::unique_ptr<lease_store> {
      return std::make_unique<postgres_leases>(where_);
    });
  }

  bool is_shared() const noexcept override { return true; }
  result<std::unique_ptr<growth_watch>> watch_growth(growth_listener grown) override {
    return at_port([&]() -> std::unique_ptr<growth_watch> {
      return std::make_unique<growth_thread>(where_, bell_, std::move(grown));
    });
  }

  void give_up_at(std::chrono::steady_clock::time_point time) noexcept override {
    *where_.give_up_at = time;
  }

  bool blocks() const noexcept override { return true; }

private:
  template <class Writer>
  Writer& writing(Writer& writer) {
    if (where_.read_only)
      throw error{{errc::store_read_only,
                   "the store " + where_.shown + " was opened to be read only; open it to write"}};
    return writer;
  }

  const settings where_;
  session session_;
  postgres_writer appends_;
  side_writer sides_;
  growth_bell bell_;
};

} // namespace

result<std::unique_ptr<event_store>> open_postgres_store(std::string_view url,
                                                         store_options options) {
  return at_port([&]() -> std::unique_ptr<event_store> {
    return std::make_unique<postgres_store>(read_settings(url, options), options.mode);
  });
}

} // namespace annals
