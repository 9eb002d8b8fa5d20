#include "tests/examples/loans/stored_log.hpp"

#include "examples/loans/domain.hpp"

#include <utility>

namespace loans {

std::vector<annals::recorded_event> whole_log(annals::event_reader& reader) {
  std::vector<annals::recorded_event> log;
  for (;;) {
    auto page = reader.read_log(log.empty() ? 0 : log.back().position, 10'000).value();
    if (page.empty())
      return log;
    log.insert(log.end(), std::make_move_iterator(page.begin()),
               std::make_move_iterator(page.end()));
  }
}

std::map<std::string, std::string> projected(const std::vector<annals::recorded_event>& log) {
  std::map<std::string, std::string> models;
  const annals::registry known = domain{};
  for (const auto& type : known.projections()) {
    const auto model = type.make();
    for (const auto& event : log)
      model->project(event).value();
    models[type.name] = model->to_json().value();
  }
  return models;
}

std::map<std::string, std::string> stored_models(annals::event_reader& reader,
                                                 annals::log_position checkpoint) {
  std::map<std::string, std::string> models;
  for (const auto& listed : reader.list_models().value()) {
    auto model = reader.load_model(listed.projection).value().value();
    if (model.checkpoint != checkpoint)
      throw annals::error{{annals::errc::internal,
                           model.projection + " is at " + std::to_string(model.checkpoint)}};
    models[model.projection] = std::move(model.model);
  }
  return models;
}

left_store::left_store(const std::string& path)
    : store{annals::open_store(path, {.mode = annals::open_mode::existing}).value()},
      reader{store->open_reader().value()} {}

} // namespace loans
