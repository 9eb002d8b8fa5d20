#pragma once

#include "tests/actors/poison_domain.hpp"
#include "tests/comes_true.hpp"
#include "tests/persistence/temporary_folder.hpp"

namespace poison {

inline std::string in(const annals::tests::temporary_folder& folder) {
  return "sqlite:" + folder.file("a.db");
}

inline std::vector<annals::log_position>
positions(const std::vector<annals::parked_event>& events) {
  std::vector<annals::log_position> all;
  for (const auto& event : events)
    all.push_back(event.position);
  return all;
}

template <class Model>
std::string json_of(annals::node& at) {
  return at.read<Model>([](const Model& model) { return annals::to_json(model).value(); });
}

inline annals::log_position add_one(annals::node& to, const std::string& id, std::int64_t amount,
                                    const std::string& how = "") {
  return to.ask<counter>(id, add{amount, how}).get().value().position;
}

template <class Model>
bool has_stopped(annals::node& at) {
  return annals::tests::comes_true([&] {
    for (const auto& status : at.projections())
      if (status.name == Model::name.text())
        return status.stopped.has_value();
    return false;
  });
}

} // namespace poison
