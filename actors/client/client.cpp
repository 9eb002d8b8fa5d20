#include <annals/actors/client/client.hpp>

#include <annals/actors/client/client_inside.hpp>

namespace annals {

client::client(std::unique_ptr<inside> with) : inside_{std::move(with)} {}

client::client(registry domain, client_settings settings)
    : inside_{std::make_unique<inside>(std::move(domain), std::move(settings))} {
  if (auto started = inside_->start(); !started)
    throw error{started.error()};
}

result<std::unique_ptr<client>> client::start(registry domain, client_settings settings) {
  auto made = std::make_unique<inside>(std::move(domain), std::move(settings));
  if (auto started = made->start(); !started)
    return started.error();
  return std::unique_ptr<client>{new client{std::move(made)}};
}

client::~client() = default;

std::future<reply> client::ask(command envelope) {
  auto promise = std::make_shared<std::promise<reply>>();
  auto future = promise->get_future();
  ask(std::move(envelope), [promise](reply answer) { promise->set_value(std::move(answer)); });
  return future;
}

void client::ask(command envelope, std::function<void(reply)> done) {
  inside_->ask(std::move(envelope), std::move(done));
}

result<subscription> client::subscribe(const subscription_settings& settings,
                                       std::function<void(const recorded_event&)> called) {
  return inside_->subscribe(settings, std::move(called));
}

result<std::unique_ptr<projection_instance>> client::fetch_model(std::string_view projection) {
  return inside_->models().fetch(std::string{projection});
}

result<std::shared_ptr<const live_model>> client::mirror_of(std::string_view projection) {
  return inside_->models().mirror(std::string{projection});
}

result<std::unique_ptr<event_reader>> client::open_reader() { return inside_->open_reader(); }

std::vector<member> client::nodes() const { return inside_->nodes(); }

void client::stop() { inside_->stop(); }

} // namespace annals
