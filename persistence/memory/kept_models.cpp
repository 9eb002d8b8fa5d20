#include <annals/persistence/memory/kept_models.hpp>

#include <annals/persistence/append_rules.hpp>

namespace annals::memory {

kept_models::kept kept_models::find(std::string_view projection) const {
  auto found = by_name_.find(projection);
  return found == by_name_.end() ? nullptr : found->second;
}

result<void> kept_models::save(const stored_model& model) {
  auto made = std::make_shared<stored_model>(model);
  made->fence = {};
  std::lock_guard lock{mutex_};
  if (auto old = find(model.projection); old && old->generation != model.generation)
    return model_replaced(model);
  by_name_.insert_or_assign(model.projection, std::move(made));
  return {};
}

result<std::uint64_t> kept_models::replace(const stored_model& model,
                                           std::span<const std::string> removed) {
  auto next = model;
  ++next.generation;
  next.fence = {};
  auto made = std::make_shared<const stored_model>(std::move(next));
  std::lock_guard lock{mutex_};
  if (auto old = find(model.projection); old && old->generation != model.generation)
    return model_replaced(model);
  for (const auto& name : removed)
    by_name_.erase(name);
  by_name_.insert_or_assign(model.projection, made);
  return made->generation;
}

void kept_models::remove(std::span<const std::string> projections) {
  std::lock_guard lock{mutex_};
  for (const auto& name : projections)
    by_name_.erase(name);
}

std::optional<stored_model> kept_models::load(std::string_view projection) const {
  kept found;
  {
    std::lock_guard lock{mutex_};
    found = find(projection);
  }
  return found ? std::optional{*found} : std::nullopt;
}

std::vector<stored_model> kept_models::list() const {
  std::vector<stored_model> models;
  std::lock_guard lock{mutex_};
  for (const auto& [name, model] : by_name_)
    models.push_back(
        {name, model->checkpoint, model->schema_version, {}, model->generation, model->notes, {}});
  return models;
}

std::optional<std::uint64_t> kept_models::generation_of(std::string_view projection) const {
  std::lock_guard lock{mutex_};
  auto found = find(projection);
  return found ? std::optional{found->generation} : std::nullopt;
}

} // namespace annals::memory
