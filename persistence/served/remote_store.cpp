#include <annals/persistence/served/remote_store.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/served/remote_appends.hpp>
#include <annals/persistence/served/remote_leases.hpp>
#include <annals/persistence/served/remote_reader.hpp>
#include <annals/persistence/served/store_protocol.hpp>

namespace annals::served {

namespace {

class remote_store final : public event_store {
public:
  remote_store(std::shared_ptr<store_line> line, bool is_read_only)
      : line_{std::move(line)}, is_read_only_{is_read_only}, appends_{line_}, sides_{line_} {}

  std::vector<append_outcome> append(std::span<const append_request> requests) override {
    if (is_read_only_)
      return std::vector<append_outcome>(requests.size(), read_only());
    return appends_.append(requests);
  }

  result<void> save_model(const stored_model& model) override {
    return write<void>(store_call::save_model, model);
  }

  // A second time it has been replaced already: by this one, or by somebody else.
  result<std::uint64_t> replace_model(const stored_model& model,
                                      std::span<const std::string> removed) override {
    auto generation = write<std::uint64_t>(store_call::replace_model, model, removed);
    if (generation || generation.error().code != errc::model_replaced || !sides_.was_lost())
      return generation;
    auto stored = make_remote_reader(line_)->load_model(model.projection);
    if (!stored)
      return stored.error();
    auto wanted = model;
    wanted.generation = model.generation + 1;
    wanted.fence = {};
    return *stored == wanted ? result<std::uint64_t>{wanted.generation} : generation;
  }

  result<void> remove_models(std::span<const std::string> projections) override {
    return write<void>(store_call::remove_models, projections);
  }

  result<void> save_snapshots(std::span<const stored_snapshot> snapshots,
                              std::size_t keep) override {
    if (keep == 0)
      return keeps_no_snapshots();
    return write<void>(store_call::save_snapshots, snapshots, keep);
  }

  result<std::uint64_t> drop_snapshots(std::string_view stream) override {
    return write<std::uint64_t>(store_call::drop_snapshots, stream);
  }

  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit) override {
    return write<std::uint64_t>(store_call::forget_outcomes, before, limit);
  }

  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values) override {
    return write<void>(store_call::take_over, outcomes, values);
  }

  result<std::unique_ptr<event_reader>> open_reader() override { return make_remote_reader(line_); }
  result<std::unique_ptr<lease_store>> open_leases() override { return make_remote_leases(line_); }
  bool is_shared() const noexcept override { return true; }
  result<std::unique_ptr<growth_watch>> watch_growth(growth_listener grown) override {
    return line_->watch(std::move(grown));
  }
  void give_up_at(std::chrono::steady_clock::time_point time) noexcept override {
    line_->give_up_at(time);
  }
  bool blocks() const noexcept override { return true; }

private:
  failure read_only() const {
    return {errc::store_read_only,
            "the store " + line_->shown() + " was opened to be read only; open it to write"};
  }

  template <class T, class... Arguments>
  result<T> write(store_call what, const Arguments&... arguments) {
    if (is_read_only_)
      return read_only();
    auto answer = sides_.ask(encode_question(what, arguments...));
    if (!answer)
      return answer.error();
    return decode_answer<T>(*line_, *answer);
  }

  const std::shared_ptr<store_line> line_;
  const bool is_read_only_;
  remote_appends appends_;
  line_channel sides_;
};

} // namespace

std::unique_ptr<event_store> make_remote_store(std::shared_ptr<store_line> line, open_mode mode) {
  return std::make_unique<remote_store>(std::move(line), mode == open_mode::read_only);
}

} // namespace annals::served
