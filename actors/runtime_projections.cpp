#include <annals/actors/runtime.hpp>

#include <annals/actors/log.hpp>

#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

result<void> node::runtime::spawn_projectors() {
  for (const auto& type : domain_.projections()) {
    auto reader = store_->open_reader();
    if (!reader)
      return reader.error();
    models_.push_back(std::make_shared<live_model>(type, settings_.most_parked));
    desks_.push_back(std::make_shared<projector_desk>());
    projector_parts parts;
    parts.writer = writer_;
    parts.desk = desks_.back();
    parts.poison_retries = settings_.poison_retries;
    parts.poison_back_off = settings_.poison_back_off;
    parts.domain = &domain_;
    parts.model = models_.back();
    parts.reader = std::move(*reader);
    parts.journal = journal_;
    parts.poll_interval = settings_.poll_interval;
    parts.save_interval = settings_.save_interval;
    parts.held_by = add_task(projection_duty(type.name));
    parts.follows_always = cluster_ && cluster_->settings().read_models_on_every_node;
    model_duties_.push_back(parts.held_by);
    projectors_.push_back(spawn_projector(*system_, std::move(parts)));
    caf::anon_send(bus_, subscriber_actor{projectors_.back()});
    hand_over_when_asked(type.name, projectors_.back());
    if (cluster_) {
      tasks_.back().begun = [this, name = type.name] {
        go_on_with_rebuild(name);
        return result<void>{};
      };
      continue;
    }
    if (auto gone_on = rebuilds_.go_on(type.name, parts_of_rebuild(models_.size() - 1)); !gone_on)
      return gone_on;
  }
  return {};
}

// The node that has the projection goes on with what is stored of its rebuild.
void node::runtime::go_on_with_rebuild(const std::string& projection) {
  auto found = std::ranges::find_if(
      models_, [&](const auto& model) { return model->type().name == projection; });
  auto parts = parts_of_rebuild(static_cast<std::size_t>(found - models_.begin()));
  if (auto gone_on = rebuilds_.go_on(projection, std::move(parts)); !gone_on)
    log().warn("the rebuild of {} is not gone on with by this node: {}", projection,
               to_string(gone_on.error()));
}

rebuild_parts node::runtime::parts_of_rebuild(std::size_t model) {
  rebuild_parts parts;
  parts.domain = &domain_;
  parts.type = &models_[model]->type();
  parts.open_reader = [this] { return open_reader(); };
  parts.writer = writer_;
  parts.desk = desks_[model];
  parts.save_interval = settings_.save_interval;
  parts.most_parked = settings_.most_parked;
  if (const auto& held_by = model_duties_[model])
    parts.fence = held_by->fence().value_or(lease_fence{held_by->name(), 0});
  return parts;
}

result<void> node::runtime::start_rebuild(const std::string& projection, rebuild_settings how) {
  auto model = find_model(projection);
  if (!model)
    return model.error();
  auto at = static_cast<std::size_t>(std::ranges::find(models_, *model) - models_.begin());
  // Also where each node keeps the model: the one that stores it makes it anew.
  if (model_duties_[at] && !model_duties_[at]->fence())
    return runs_elsewhere(at);
  return rebuilds_.begin(projection, parts_of_rebuild(at), how);
}

result<std::shared_ptr<live_model>> node::runtime::find_model(std::string_view projection) const {
  for (std::size_t i = 0; i < models_.size(); ++i)
    if (models_[i]->type().name == projection) {
      if (is_elsewhere(i))
        return runs_elsewhere(i);
      return models_[i];
    }
  if (domain_.find_projection(projection) != nullptr)
    return failure{errc::unknown_projection,
                   "this node does not run the projection " + std::string{projection}};
  return unknown_projection(domain_, projection);
}

} // namespace annals
