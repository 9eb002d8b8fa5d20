#include <annals/persistence/postgres/postgres_writer.hpp>

#include <annals/persistence/postgres/append_statement.hpp>
#include <annals/persistence/postgres/group_lookup.hpp>
#include <annals/persistence/postgres/layout.hpp>

#include <array>

namespace annals::postgres {

namespace {

const statement end_of_log{"end_of_log", "SELECT coalesce((SELECT max(position) FROM events), 0)"};
const statement event_at{"event_at",
                         "SELECT position FROM events WHERE stream = (SELECT id FROM streams "
                         "WHERE name = $1) AND version = $2 AND id = $3"};
const statement outcome_at{"outcome_at", "SELECT id FROM outcomes WHERE stream = $1 AND time = $2 "
                                         "AND command_id = $3 LIMIT 1"};

// What the plan relies on without writing it.
append_guard guard_of(const append_plan& plan, const group_state& after, const group_needs& needs) {
  std::set<std::int64_t> written;
  for (const auto& row : plan.events)
    written.insert(row.stream);
  append_guard guard;
  for (const auto& [name, head] : after.heads) {
    if (head.id == 0)
      guard.absent.push_back(name);
    else if (!written.contains(head.id))
      guard.unchanged.push_back(head);
  }
  guard.unanswered = needs.commands;
  guard.fences = needs.fences;
  return guard;
}

} // namespace

postgres_writer::postgres_writer(session& writing, std::size_t remembered)
    : session_{writing}, lock_{writer_lock(writing.where().schema)}, heads_{remembered} {}

std::vector<append_outcome> postgres_writer::append(std::span<const append_request> requests) {
  if (requests.empty())
    return {};
  pending_.reset();
  try {
    bool is_again = false;
    return session_.keep_trying([&](connection& db) {
      if (std::exchange(is_again, true))
        heads_.clear();
      if (auto settled = settle(db))
        return inline_.empty() ? std::move(*settled) : scattered(std::move(*settled));
      return append_on(db, requests);
    });
  } catch (const connection_lost& e) {
    heads_.clear();
    if (!pending_)
      throw;
    throw error{{e.why().code, e.why().message
                                   + "; its last commit may have been stored: ask again with the "
                                     "same command ids"}};
  } catch (...) {
    heads_.clear();
    throw;
  }
}

std::vector<append_outcome> postgres_writer::append_on(connection& db,
                                                       std::span<const append_request> requests) {
  auto needs = needs_of(requests);
  if (needs.values.empty() && inline_.empty())
    if (auto outcomes = append_at_once(db, requests, needs))
      return std::move(*outcomes);
  return append_in_turn(db, requests, needs);
}

// One round trip: the plan is made from what is remembered, before it is this writer's turn, and
// stored if it still holds then. A plan that refuses something may do so for what is no longer
// true, and one without events could not be found again after its answer is lost.
std::optional<std::vector<append_outcome>>
postgres_writer::append_at_once(connection& db, std::span<const append_request> requests,
                                const group_needs& needs) {
  auto state = remembered_state(db, needs);
  auto plan = plan_append(requests, state);
  if (plan.has_refused || plan.events.empty() || !fits_one_statement(plan))
    return std::nullopt;
  std::array calls{take_turn(lock_), store_guarded(plan, guard_of(plan, state, needs))};
  try {
    auto answers = commit(db, calls, std::move(plan));
    if (!answers[1].empty()) {
      auto base = answers[1][0].count(0);
      remember(state, base);
      return finish(base);
    }
  } catch (const key_taken&) {
    // Another writer was first, with a version or a stream.
  }
  pending_.reset();
  heads_.clear();
  return std::nullopt;
}

// Two round trips: looks up the truth once it is this writer's turn.
std::vector<append_outcome>
postgres_writer::append_in_turn(connection& db, std::span<const append_request> requests,
                                const group_needs& needs) {
  transaction changes{db};
  std::array questions{call{&transaction::begin},
                       take_turn(lock_),
                       call{&end_of_log},
                       ask_heads(needs.streams),
                       ask_answered(needs.commands),
                       ask_holders(needs.values),
                       ask_fences(needs.fences)};
  auto answers = db.run(questions);
  group_state state;
  take_heads(answers[3], needs.streams, state);
  take_answered(answers[4], needs.commands, state);
  take_holders(answers[5], needs.values, state);
  take_fences(answers[6], needs.fences, state);
  auto base = answers[2][0].count(0);
  if (!inline_.empty())
    return append_inline(db, requests, state, base);
  auto plan = plan_append(requests, state);
  if (plan.stores_nothing())
    return std::move(plan.outcomes);
  auto calls = store_after(plan, base);
  calls.push_back({&transaction::commit});
  commit(db, calls, std::move(plan));
  remember(state, base);
  return finish(base);
}

group_state postgres_writer::remembered_state(connection& db, const group_needs& needs) {
  group_state state;
  std::vector<std::string_view> unknown;
  for (auto name : needs.streams) {
    if (const auto* head = heads_.find(name))
      state.heads.emplace(name, *head);
    else
      unknown.push_back(name);
  }
  if (!unknown.empty())
    take_heads(db.run(ask_heads(unknown)), unknown, state);
  return state;
}

// A failure that the server reports leaves no doubt: nothing was stored.
std::vector<rows> postgres_writer::commit(connection& db, std::span<const call> calls,
                                          append_plan plan) {
  pending_ = std::move(plan);
  try {
    return db.run(calls);
  } catch (const connection_lost&) {
    throw;
  } catch (...) {
    pending_.reset();
    throw;
  }
}

std::vector<append_outcome> postgres_writer::finish(log_position base) {
  pending_->move_to(base);
  auto outcomes = std::move(pending_->outcomes);
  pending_.reset();
  return outcomes;
}

// Whether what was under way when the connection was lost has been stored: then its outcomes. The
// session that sent it has ended by now, so the answer stays true. The rows themselves are asked
// for, by ids that nobody else has: a server that crashed may give the id of a transaction that it
// lost to another one.
std::optional<std::vector<append_outcome>> postgres_writer::settle(connection& db) {
  if (!pending_)
    return std::nullopt;
  if (!pending_->events.empty()) {
    const auto& first = pending_->events.front();
    arguments with;
    with.add(first.name).add(first.version).add(first.event->id);
    auto found = db.run({&event_at, std::move(with)});
    if (!found.empty())
      return finish(found[0].count(0) - 1);
  } else if (!pending_->outcome_rows.empty()) {
    const auto& first = *pending_->outcome_rows.front().outcome;
    arguments with;
    with.add(std::string_view{first.stream})
        .add(std::int64_t{first.time.time_since_epoch().count()})
        .add(first.command_id);
    if (!db.run({&outcome_at, std::move(with)}).empty())
      return finish(0);
  }
  // Values alone may be taken and given back once more: the second time changes nothing.
  pending_.reset();
  return std::nullopt;
}

void postgres_writer::remember(const group_state& state, log_position base) {
  for (const auto& [name, head] : state.heads) {
    auto id = head.id < 0 ? static_cast<std::int64_t>(base) - head.id : head.id;
    if (auto* known = heads_.find(name))
      *known = {id, head.version};
    else
      heads_.put(std::string{name}, {id, head.version});
  }
}

} // namespace annals::postgres
