#include <annals/persistence/postgres/group_lookup.hpp>

namespace annals::postgres {

namespace {

const statement heads_of{
    "heads_of", "SELECT place, id, (SELECT max(version) FROM events WHERE stream = streams.id) "
                "FROM unnest($1::text[]) WITH ORDINALITY AS wanted(name, place) "
                "JOIN streams USING (name)"};
const statement answered_of{"answered_of",
                            "SELECT place FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY "
                            "AS wanted(stream, command_id, place) "
                            "JOIN outcomes USING (stream, command_id) WHERE final"};
const statement holders_of{"holders_of",
                           "SELECT place, reservations.stream FROM unnest($1::text[], $2::text[]) "
                           "WITH ORDINALITY AS wanted(in_set, value, place) "
                           "JOIN reservations USING (in_set, value)"};

const statement lost_of{"lost_of", "SELECT place FROM unnest($1::text[], $2::bigint[]) "
                                   "WITH ORDINALITY AS wanted(name, token, place) "
                                   "WHERE NOT EXISTS (SELECT FROM leases WHERE "
                                   "leases.name = wanted.name AND leases.token = wanted.token)"};

// Which of what was asked for a row speaks of.
std::size_t place_of(const row& found) { return found.count(0) - 1; }

} // namespace

call ask_heads(std::span<const std::string_view> streams) {
  auto names = array::of_texts();
  for (auto name : streams)
    names.add(name);
  return {&heads_of, arguments{}.add(std::move(names))};
}

void take_heads(const rows& answer, std::span<const std::string_view> streams, group_state& state) {
  for (auto name : streams)
    state.heads.try_emplace(name);
  for (int i = 0; i < answer.size(); ++i)
    state.heads[streams[place_of(answer[i])]] = {answer[i].number(1), answer[i].count(2)};
}

call ask_answered(std::span<const command_key> commands) {
  auto streams = array::of_texts();
  auto ids = array::of_ids();
  for (const auto& [stream, command] : commands) {
    streams.add(stream);
    ids.add(command);
  }
  return {&answered_of, arguments{}.add(std::move(streams)).add(std::move(ids))};
}

void take_answered(const rows& answer, std::span<const command_key> commands, group_state& state) {
  for (int i = 0; i < answer.size(); ++i)
    state.answered.insert(commands[place_of(answer[i])]);
}

call ask_holders(std::span<const value_key> values) {
  auto sets = array::of_texts();
  auto texts = array::of_texts();
  for (const auto& [set, value] : values) {
    sets.add(set);
    texts.add(value);
  }
  return {&holders_of, arguments{}.add(std::move(sets)).add(std::move(texts))};
}

void take_holders(const rows& answer, std::span<const value_key> values, group_state& state) {
  for (int i = 0; i < answer.size(); ++i)
    state.holders.insert_or_assign(values[place_of(answer[i])], answer[i].text(1));
}

call ask_fences(std::span<const fence_key> fences) {
  auto names = array::of_texts();
  auto tokens = array::of_numbers();
  for (const auto& [name, token] : fences) {
    names.add(name);
    tokens.add(token);
  }
  return {&lost_of, arguments{}.add(std::move(names)).add(std::move(tokens))};
}

void take_fences(const rows& answer, std::span<const fence_key> fences, group_state& state) {
  for (int i = 0; i < answer.size(); ++i)
    state.lost.insert(fences[place_of(answer[i])]);
}

} // namespace annals::postgres
