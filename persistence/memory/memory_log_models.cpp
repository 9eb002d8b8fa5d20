#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/memory/memory_log.hpp>

namespace annals::memory {

result<void> memory_log::save(const stored_model& model) {
  auto kept = std::make_shared<const stored_model>(model);
  std::lock_guard lock{mutex_};
  if (auto found = models_.find(model.projection);
      found != models_.end() && found->second->generation != model.generation)
    return model_replaced(model);
  models_.insert_or_assign(model.projection, std::move(kept));
  return {};
}

result<std::uint64_t> memory_log::replace(const stored_model& model,
                                          std::span<const std::string> removed) {
  auto next = model;
  ++next.generation;
  auto kept = std::make_shared<const stored_model>(std::move(next));
  std::lock_guard lock{mutex_};
  if (auto found = models_.find(model.projection);
      found != models_.end() && found->second->generation != model.generation)
    return model_replaced(model);
  for (const auto& name : removed)
    models_.erase(name);
  models_.insert_or_assign(model.projection, kept);
  return kept->generation;
}

void memory_log::remove_models(std::span<const std::string> projections) {
  std::lock_guard lock{mutex_};
  for (const auto& name : projections)
    models_.erase(name);
}

std::optional<stored_model> memory_log::load_model(std::string_view projection) const {
  std::shared_ptr<const stored_model> kept;
  {
    std::lock_guard lock{mutex_};
    auto found = models_.find(projection);
    if (found == models_.end())
      return std::nullopt;
    kept = found->second;
  }
  return *kept;
}

std::vector<stored_model> memory_log::list_models() const {
  std::vector<stored_model> models;
  std::lock_guard lock{mutex_};
  for (const auto& [name, model] : models_)
    models.push_back(
        {name, model->checkpoint, model->schema_version, {}, model->generation, model->notes});
  return models;
}

std::optional<std::uint64_t> memory_log::generation_of(std::string_view projection) const {
  std::lock_guard lock{mutex_};
  auto found = models_.find(projection);
  return found == models_.end() ? std::nullopt : std::optional{found->second->generation};
}

} // namespace annals::memory
