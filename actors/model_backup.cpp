#include <annals/actors/model_backup.hpp>

#include <algorithm>

namespace annals {

namespace {

constexpr std::size_t taken_again_at_once = 1000;

} // namespace

result<read_part> read_next(event_reader& reader, log_part part, log_position after,
                            std::size_t limit) {
  if (part.of != 1)
    return reader.read_log_part(part, after, limit);
  auto events = reader.read_log(after, limit);
  if (!events)
    return events.error();
  auto read_to = events->empty() ? after : events->back().position;
  return read_part{std::move(*events), read_to};
}

result<std::optional<stored_model>> load_stored(event_reader& reader, const projection_type& type) {
  auto name = stored_name(type);
  auto stored = reader.load_model(name);
  if (!stored || *stored || name == type.name)
    return stored;
  auto old = reader.load_model(type.name);
  if (!old || !*old || (*old)->schema_version != type.schema_version)
    return old ? result<std::optional<stored_model>>{std::nullopt} : old;
  (*old)->projection = name;
  (*old)->generation = 0;
  return old;
}

model_backup::model_backup(const live_model& model, const registry& domain, event_reader& reader,
                           log_part part)
    : model_{model}, domain_{domain}, reader_{reader}, part_{part} {
  renew();
}

void model_backup::keep_up() {
  if (wanted() && clock::now() >= due_)
    renew();
}

void model_backup::renew() {
  if (!wanted())
    return;
  auto begin = clock::now();
  keep(model_.instance());
  auto took = clock::now() - begin;
  // So that a small model is not copied after every batch.
  due_ = clock::now() + std::max<clock::duration>(20 * took, std::chrono::milliseconds{10});
}

void model_backup::keep(const projection_instance& good) {
  auto copied = good.copy();
  copy_ = copied ? std::move(*copied) : nullptr;
  position_ = model_.position();
}

result<std::unique_ptr<projection_instance>> model_backup::before() {
  const auto begun = clock::now();
  auto built = begin();
  if (!built)
    return built.error();
  const auto copied = clock::now();
  for (const auto end = model_.position(); built->position < end;) {
    auto next = read_next(reader_, part_, built->position,
                          std::min(taken_again_at_once, end - built->position));
    if (!next)
      return next.error();
    if (next->read_to == built->position)
      return failure{errc::store_corrupt, "the log ends at position "
                                              + std::to_string(built->position)
                                              + " where it had more events before"};
    for (const auto& event : next->events)
      if (event.position <= end && !model_.leaves_out(event.position))
        if (auto taken = domain_.project(*built->instance, event); !taken)
          return taken.error();
    built->position = next->read_to;
  }
  // What comes between two copies would be taken in again for each event that fails.
  if (wanted() && clock::now() - copied > copied - begun)
    keep(*built->instance);
  return std::move(built->instance);
}

result<model_backup::base> model_backup::begin() const {
  if (!copy_)
    return begin_at_stored();
  auto again = copy_->copy();
  if (!again)
    return again.error();
  return base{std::move(*again), position_};
}

// Never another one's: a rebuild is there to be without what is wrong with the live model.
result<std::optional<stored_model>> model_backup::stored_of_model() const {
  const auto& name = model_.stored_as();
  if (name.empty())
    return std::optional<stored_model>{};
  return name == stored_name(model_.type()) ? load_stored(reader_, model_.type())
                                            : reader_.load_model(name);
}

result<model_backup::base> model_backup::begin_at_stored() const {
  auto stored = stored_of_model();
  if (!stored)
    return stored.error();
  live_model restored{model_.type()};
  if (*stored && (*stored)->generation == model_.generation()
      && restored.restore(**stored, model_.position()))
    return base{restored.take(), restored.position()};
  return base{model_.type().make(), 0};
}

} // namespace annals
