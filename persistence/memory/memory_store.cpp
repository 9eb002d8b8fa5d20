#include <annals/persistence/memory/memory_store.hpp>

#include <annals/persistence/memory/memory_log.hpp>

namespace annals {

namespace {

using memory::kept_leases;
using memory::memory_log;

class memory_reader : public event_reader {
public:
  explicit memory_reader(std::shared_ptr<memory_log> log) : log_{std::move(log)} {}

  result<std::vector<recorded_event>> read_stream(std::string_view stream,
                                                  stream_slice slice) override {
    return log_->read_stream(stream, slice);
  }
  result<std::vector<recorded_event>> read_log(log_position after, std::size_t limit) override {
    return log_->read_log(after, limit);
  }
  result<std::vector<recorded_event>> find_by_correlation(const uuid& id, log_position after,
                                                          std::size_t limit) override {
    return log_->find_by_correlation(id, after, limit);
  }
  result<stream_version> version_of(std::string_view stream) override {
    return log_->version_of(stream);
  }
  result<log_position> last_position() override { return log_->last_position(); }
  result<std::vector<stream_info>> list_streams(std::string_view after,
                                                std::size_t limit) override {
    return log_->list_streams(after, limit);
  }
  result<std::optional<stored_model>> load_model(std::string_view projection) override {
    return log_->models().load(projection);
  }
  result<std::vector<stored_model>> list_models() override { return log_->models().list(); }
  result<std::optional<std::uint64_t>> generation_of(std::string_view projection) override {
    return log_->models().generation_of(projection);
  }
  result<std::optional<stored_snapshot>> load_snapshot(std::string_view stream,
                                                       stream_version newest) override {
    return log_->load_snapshot(stream, newest);
  }
  result<std::vector<command_outcome>> read_outcomes(std::string_view stream, timestamp since,
                                                     std::size_t limit) override {
    return log_->read_outcomes(stream, since, limit);
  }
  result<std::vector<command_outcome>> find_outcomes(const uuid& correlation,
                                                     std::size_t limit) override {
    return log_->find_outcomes(correlation, limit);
  }
  result<std::optional<command_outcome>> find_outcome(std::string_view stream,
                                                      const uuid& command_id) override {
    return log_->find_outcome(stream, command_id);
  }
  result<std::optional<std::string>> holder_of(std::string_view set,
                                               std::string_view value) override {
    return log_->holder_of(set, value);
  }
  result<outcome_page> list_outcomes(std::uint64_t from, std::size_t limit) override {
    return log_->list_outcomes(from, limit);
  }
  result<std::vector<held_value>> list_values(const held_value& after, std::size_t limit) override {
    return log_->list_values(after, limit);
  }

private:
  std::shared_ptr<memory_log> log_;
};

class memory_leases : public lease_store {
public:
  explicit memory_leases(std::shared_ptr<memory_log> log) : log_{std::move(log)} {}

  result<lease> acquire(const lease_claim& claim) override {
    return log_->with_leases([&](kept_leases& all) { return all.acquire(claim); });
  }
  result<lease> renew(const lease_claim& claim, std::uint64_t token) override {
    return log_->with_leases([&](kept_leases& all) { return all.renew(claim, token); });
  }
  result<void> release(std::string_view name, std::uint64_t token) override {
    log_->with_leases([&](kept_leases& all) { all.release(name, token); });
    return {};
  }
  result<std::uint64_t> forget(std::string_view prefix,
                               std::chrono::milliseconds out_for) override {
    return log_->with_leases([&](kept_leases& all) { return all.forget(prefix, out_for); });
  }
  result<std::vector<lease>> list(std::string_view prefix) override {
    return log_->with_leases([&](kept_leases& all) { return all.list(prefix); });
  }
  result<timestamp> clock() override { return now(); }

private:
  std::shared_ptr<memory_log> log_;
};

class memory_store : public event_store {
public:
  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    return log_->append(requests);
  }
  result<void> save_model(const stored_model& model) override {
    return log_->with_leases([&](kept_leases& leases) -> result<void> {
      if (auto good = leases.check(model.fence); !good)
        return good;
      return log_->models().save(model);
    });
  }
  result<std::uint64_t> replace_model(const stored_model& model,
                                      std::span<const std::string> removed) override {
    return log_->models().replace(model, removed);
  }
  result<void> remove_models(std::span<const std::string> projections) override {
    log_->models().remove(projections);
    return {};
  }
  result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                              std::size_t keep) override {
    return log_->save(snapshots, keep);
  }
  result<std::uint64_t> drop_snapshots(std::string_view stream) override {
    return log_->drop_snapshots(stream);
  }
  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) override {
    return log_->forget_outcomes(before, limit);
  }
  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values) override {
    log_->take_over(outcomes, values);
    return {};
  }
  result<std::unique_ptr<event_reader>> open_reader() override {
    return std::make_unique<memory_reader>(log_);
  }
  result<std::unique_ptr<lease_store>> open_leases() override {
    return std::make_unique<memory_leases>(log_);
  }
  bool blocks() const noexcept override { return false; }

private:
  std::shared_ptr<memory_log> log_ = std::make_shared<memory_log>();
};

} // namespace

std::unique_ptr<event_store> make_memory_store() { return std::make_unique<memory_store>(); }

} // namespace annals
