#pragma once

#include <annals/persistence/event_store.hpp>

#include <map>
#include <mutex>

namespace annals::memory {

/// Read models by name. Any thread; none waits for the copy of a model.
class kept_models {
public:
  // As the port says.
  result<void> save(const stored_model& model);
  result<std::uint64_t> replace(const stored_model& model, std::span<const std::string> removed);
  void remove(std::span<const std::string> projections);
  std::optional<stored_model> load(std::string_view projection) const;
  std::vector<stored_model> list() const;
  std::optional<std::uint64_t> generation_of(std::string_view projection) const;

private:
  using kept = std::shared_ptr<const stored_model>;

  // Null where there is none; under the lock.
  kept find(std::string_view projection) const;

  mutable std::mutex mutex_;
  std::map<std::string, kept, std::less<>> by_name_;
};

} // namespace annals::memory
