#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/opening.hpp>
#include <annals/persistence/sqlite/sqlite_leases.hpp>
#include <annals/persistence/sqlite/sqlite_reader.hpp>
#include <annals/persistence/sqlite/sqlite_writer.hpp>

namespace annals {

namespace {

using namespace sqlite;

class sqlite_store : public event_store {
public:
  sqlite_store(std::unique_ptr<connection> main, open_mode mode) : main_{std::move(main)} {
    if (mode != open_mode::read_only)
      writer_.emplace(*main_);
  }

  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    auto outcomes = at_port([&] { return writer().append(requests); });
    if (outcomes)
      return std::move(*outcomes);
    return std::vector<append_outcome>(requests.size(), outcomes.error());
  }

  result<void> save_model(const stored_model& model) override {
    return at_port([&] { return writer().save(model); });
  }

  result<std::uint64_t> replace_model(const stored_model& model,
                                      std::span<const std::string> removed) override {
    return at_port([&] { return writer().replace(model, removed); });
  }

  result<void> remove_models(std::span<const std::string> projections) override {
    return at_port([&] { writer().remove_models(projections); });
  }

  result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                              std::size_t keep) override {
    if (keep == 0)
      return keeps_no_snapshots();
    return at_port([&] { writer().save(snapshots, keep); });
  }

  result<std::uint64_t> drop_snapshots(std::string_view stream) override {
    return at_port([&] { return writer().drop_snapshots(stream); });
  }

  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) override {
    return at_port([&] { return writer().forget_outcomes(before, limit); });
  }

  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values) override {
    return at_port([&] { writer().take_over(outcomes, values); });
  }

  result<void> keep_inline(std::span<const inline_projection> all) override {
    return at_port(
        [&] { return writer().keep_inline(all, std::make_unique<sqlite_reader>(*main_)); });
  }

  result<std::unique_ptr<event_reader>> open_reader() override {
    return at_port(
        [&]() -> std::unique_ptr<event_reader> { return std::make_unique<sqlite_reader>(*main_); });
  }

  result<std::unique_ptr<lease_store>> open_leases() override {
    return at_port([&]() -> std::unique_ptr<lease_store> {
      return std::make_unique<sqlite_leases>(open_leases_beside(*main_));
    });
  }

  bool is_shared() const noexcept override { return true; }
  bool blocks() const noexcept override { return true; }

private:
  sqlite_writer& writer() {
    if (!writer_)
      throw error{{errc::store_read_only, "the store " + shown(main_->file())
                                              + " was opened to be read only; open it to write"}};
    return *writer_;
  }

  std::unique_ptr<connection> main_;
  std::optional<sqlite_writer> writer_;
};

} // namespace

result<std::unique_ptr<event_store>> open_sqlite_store(std::string_view path,
                                                       store_options options) {
  return at_port([&]() -> std::unique_ptr<event_store> {
    return std::make_unique<sqlite_store>(open_main(path, options), options.mode);
  });
}

} // namespace annals
