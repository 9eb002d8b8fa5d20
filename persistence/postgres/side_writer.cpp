#include <annals/persistence/postgres/side_writer.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/postgres/append_statement.hpp>
#include <annals/persistence/postgres/layout.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace annals::postgres {

namespace {

#define ANNALS_PG_PUT_MODEL                                                                        \
  "INSERT INTO read_models AS old (projection, checkpoint, schema_version, contents, generation, " \
  "notes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (projection) DO UPDATE SET "                 \
  "checkpoint = $2, schema_version = $3, contents = $4, generation = $5, notes = $6 "

const statement save_model{"save_model", ANNALS_PG_PUT_MODEL "WHERE old.generation = $5"};
// The second time, where the first answer was lost, the model is there already.
const statement replace_model{
    "replace_model", ANNALS_PG_PUT_MODEL
    "WHERE old.generation = $5 - 1 OR (old.generation = $5 AND old.checkpoint = $2 "
    "AND old.contents = $4 AND old.notes = $6)"};
const statement remove_models{"remove_models",
                              "DELETE FROM read_models WHERE projection = ANY($1)"};
const statement save_snapshot{
    "save_snapshot",
    "INSERT INTO snapshots(stream, version, position, schema_version, time, state) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (stream, version) DO UPDATE SET "
    "position = $3, schema_version = $4, time = $5, state = $6"};
const statement drop_older{
    "drop_older", "DELETE FROM snapshots WHERE stream = $1 AND version < (SELECT version "
                  "FROM snapshots WHERE stream = $1 ORDER BY version DESC LIMIT 1 OFFSET $2)"};
const statement drop_of{"drop_of", "DELETE FROM snapshots WHERE stream = $1"};
const statement drop_all{"drop_all", "DELETE FROM snapshots"};
const statement forget{"forget",
                       "DELETE FROM outcomes WHERE id = ANY(ARRAY(SELECT id FROM outcomes "
                       "WHERE time < $1 ORDER BY time LIMIT $2 FOR UPDATE SKIP LOCKED))"};

// How much one round trip carries.
constexpr std::size_t most_state_bytes = 16U << 20;

call put_call(const statement& what, const stored_model& model, std::uint64_t generation) {
  call made{&what};
  made.with.add(model.projection).add(model.checkpoint);
  made.with.add(std::uint64_t{model.schema_version}).add(model.model);
  made.with.add(generation).add(model.notes);
  return made;
}

call remove_call(std::span<const std::string> projections) {
  auto names = array::of_texts();
  for (const auto& name : projections)
    names.add(std::string_view{name});
  return {&remove_models, arguments{}.add(std::move(names))};
}

call save_call(const stored_snapshot& snapshot) {
  call made{&save_snapshot};
  made.with.add(snapshot.stream).add(snapshot.version).add(snapshot.position);
  made.with.add(std::uint64_t{snapshot.schema_version});
  made.with.add(snapshot.time.time_since_epoch().count()).add(snapshot.state);
  return made;
}

} // namespace

result<void> side_writer::save(const stored_model& model) {
  auto made = put_call(save_model, model, model.generation);
  auto saved = session_.keep_trying([&](connection& db) { return db.run(made).changed(); });
  return saved == 1 ? result<void>{} : model_replaced(model);
}

result<std::uint64_t> side_writer::replace(const stored_model& model,
                                           std::span<const std::string> removed) {
  auto made = put_call(replace_model, model, model.generation + 1);
  auto put = session_.keep_trying([&](connection& db) {
    transaction changes{db};
    db.run({&transaction::begin});
    auto changed = db.run(made).changed();
    if (changed == 1)
      db.run(std::array{remove_call(removed), call{&transaction::commit}});
    return changed;
  });
  return put == 1 ? result<std::uint64_t>{model.generation + 1} : model_replaced(model);
}

void side_writer::remove_models(std::span<const std::string> projections) {
  auto made = remove_call(projections);
  session_.keep_trying([&](connection& db) { return db.run(made).changed(); });
}

// In order of stream, so that two who save the same streams do not wait for each other.
void side_writer::save(std::span<const stored_snapshot> snapshots, std::size_t keep) {
  if (snapshots.empty())
    return;
  std::multimap<std::string_view, const stored_snapshot*> sorted;
  for (const auto& snapshot : snapshots)
    sorted.emplace(snapshot.stream, &snapshot);
  session_.keep_trying([&](connection& db) {
    transaction changes{db};
    std::vector<call> calls{{&transaction::begin}};
    std::size_t bytes = 0;
    for (const auto& [stream, snapshot] : sorted) {
      calls.push_back(save_call(*snapshot));
      calls.push_back({&drop_older, arguments{}.add(stream).add(std::uint64_t{keep - 1})});
      bytes += snapshot->state.size();
      if (bytes > most_state_bytes) {
        db.run(calls);
        calls.clear();
        bytes = 0;
      }
    }
    calls.push_back({&transaction::commit});
    return db.run(calls).size();
  });
}

std::uint64_t side_writer::drop_snapshots(std::string_view stream) {
  call made{&drop_all};
  if (!stream.empty())
    made = {&drop_of, arguments{}.add(stream)};
  return session_.keep_trying([&](connection& db) { return db.run(made).changed(); });
}

std::uint64_t side_writer::forget_outcomes(timestamp before, std::size_t limit) {
  call made{&forget};
  made.with.add(before.time_since_epoch().count()).add(std::uint64_t{limit});
  return session_.keep_trying([&](connection& db) { return db.run(made).changed(); });
}

void side_writer::take_over(std::span<const command_outcome> outcomes,
                            std::span<const held_value> values) {
  append_plan plan;
  for (const auto& outcome : outcomes)
    plan.outcome_rows.push_back({&outcome, 0, true});
  for (const auto& value : values)
    plan.values[{value.set, value.value}] =
        value.stream.empty() ? std::nullopt : std::optional<std::string_view>{value.stream};
  session_.keep_trying([&](connection& db) {
    transaction changes{db};
    std::vector<call> calls{{&transaction::begin}, take_turn(writer_lock(session_.where().schema))};
    std::ranges::move(take_over_calls(plan), std::back_inserter(calls));
    calls.push_back({&transaction::commit});
    return db.run(calls).size();
  });
}

} // namespace annals::postgres
