#include <annals/actors/node.hpp>

#include <annals/actors/replay.hpp>
#include <annals/actors/runtime.hpp>

#include <algorithm>

namespace annals {

namespace {

std::unique_ptr<node::runtime> started(registry domain, config settings) {
  auto runtime = std::make_unique<node::runtime>(std::move(domain), std::move(settings));
  if (auto good = runtime->start(); !good)
    throw error{good.error()};
  return runtime;
}

result<loaded_aggregate> load_from_store(node::runtime& runtime, std::string_view aggregate,
                                         std::string_view id) {
  const auto* type = runtime.domain().find_aggregate(aggregate);
  if (type == nullptr)
    return unknown_aggregate(runtime.domain(), aggregate);
  auto reader = runtime.open_reader();
  if (!reader)
    return reader.error();
  return load_aggregate(**reader, runtime.domain(), *type, id);
}

// 0 where the store does not say: what is shown is then what is known to be taken in.
log_position end_of_log(node::runtime& runtime) {
  auto reader = runtime.open_reader();
  auto last = reader ? (*reader)->last_position() : reader.error();
  return last ? *last : 0;
}

} // namespace

node::node(registry domain, config settings)
    : runtime_{started(std::move(domain), std::move(settings))} {}

result<std::unique_ptr<node>> node::start(registry domain, config settings) {
  try {
    return std::make_unique<node>(std::move(domain), std::move(settings));
  } catch (const error& failed) {
    return failed.why();
  } catch (const std::exception& failed) { // of the system: no thread, no memory
    return failure{errc::internal, std::string{"the node cannot be started: "} + failed.what()};
  }
}

node::~node() = default;

std::future<reply> node::ask(command envelope) {
  auto promise = std::make_shared<std::promise<reply>>();
  auto future = promise->get_future();
  ask(std::move(envelope), [promise](reply answer) { promise->set_value(std::move(answer)); });
  return future;
}

void node::ask(command envelope, std::function<void(reply)> done) {
  runtime_->gate().ask(std::move(envelope), std::move(done));
}

node::held_model node::hold_model(std::string_view projection) {
  auto model = runtime_->find_model(projection);
  if (!model)
    throw error{model.error()};
  auto held = (*model)->hold();
  if (!held)
    throw error{held.error()};
  auto lock = std::make_shared<std::shared_lock<std::shared_mutex>>(std::move(*held));
  return {lock, (*model)->model()};
}

std::shared_ptr<const live_model> node::model_of(std::string_view projection) const {
  auto model = runtime_->find_model(projection);
  if (!model)
    throw error{model.error()};
  return *model;
}

result<void> node::wait_for(std::string_view projection, log_position position,
                            std::chrono::milliseconds timeout) {
  return runtime_->wait_for(projection, position, timeout);
}

result<std::unique_ptr<aggregate_instance>> node::load_instance(std::string_view aggregate,
                                                                std::string_view id) {
  auto loaded = load_from_store(*runtime_, aggregate, id);
  if (!loaded)
    return loaded.error();
  return std::move(loaded->instance);
}

result<stream_version> node::snapshot(std::string_view aggregate, std::string_view id) {
  auto loaded = load_from_store(*runtime_, aggregate, id);
  if (!loaded)
    return loaded.error();
  if (loaded->version == 0)
    return stream_version{0};
  auto saved = runtime_->take_snapshot(aggregate, id, *loaded);
  return saved ? result<stream_version>{loaded->version} : saved.error();
}

std::vector<projection_status> node::projections() {
  auto end = end_of_log(*runtime_);
  std::vector<projection_status> all;
  for (std::size_t i = 0; i < runtime_->models().size(); ++i) {
    const auto& model = runtime_->models()[i];
    // The log may have grown since it was asked for its end.
    auto position = model->position();
    auto notes = model->notes();
    all.push_back({model->type().name, position, std::max(position, end), model->stopped(),
                   notes.parked.size(), notes.paused, runtime_->node_with(i)});
  }
  runtime_->add_targets(all, end);
  return all;
}

result<subscription> node::subscribe(const subscription_settings& settings,
                                     std::function<void(const recorded_event&)> called) {
  return subscribe(settings,
                   [called = std::move(called)](const recorded_event& event, acknowledgement done) {
                     called(event);
                     done();
                   });
}

result<subscription>
node::subscribe(const subscription_settings& settings,
                std::function<void(const recorded_event&, acknowledgement)> called) {
  return runtime_->followers().subscribe(settings, std::move(called));
}

result<void> node::forget_subscription(const std::string& name) {
  return runtime_->followers().forget(name);
}

std::vector<subscription_status> node::subscriptions() const { return runtime_->followers().all(); }

std::vector<process_status> node::processes() {
  auto end = end_of_log(*runtime_);
  std::vector<process_status> all;
  for (const auto& board : runtime_->processes()) {
    all.push_back(board->read());
    all.back().end = std::max(all.back().position, end);
  }
  return all;
}

result<std::unique_ptr<event_reader>> node::open_reader() { return runtime_->open_reader(); }

std::vector<member> node::nodes() const {
  const auto* others = runtime_->others();
  return others != nullptr ? others->nodes().nodes()->members() : std::vector<member>{};
}

std::string node::owner_of(const std::string& stream) const {
  const auto* others = runtime_->others();
  if (others == nullptr)
    return {};
  auto seen = others->nodes().nodes();
  const auto* owner = seen->owner_of(stream);
  return owner != nullptr ? owner->name : std::string{};
}

bool node::asked_to_leave() const noexcept {
  const auto* others = runtime_->others();
  return others != nullptr && others->nodes().asked_to_leave();
}

const registry& node::domain() const noexcept { return runtime_->domain(); }

void node::stop() { runtime_->stop(); }

} // namespace annals
