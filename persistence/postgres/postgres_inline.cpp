#include <annals/persistence/postgres/append_statement.hpp>
#include <annals/persistence/postgres/postgres_writer.hpp>
#include <annals/persistence/postgres/text_session.hpp>

#include <array>

namespace annals::postgres {

// Appends where the application writes tables of its own in the same transaction.

namespace {

// How many events of the log an inline projection takes in at once.
constexpr std::size_t inline_batch = 1000;

const statement end_for_inline{"end_for_inline",
                               "SELECT coalesce((SELECT max(position) FROM events), 0)"};

} // namespace

result<void> postgres_writer::keep_inline(std::span<const inline_projection> all,
                                          std::unique_ptr<event_reader> reader) {
  inline_runner made;
  auto begun = session_.keep_trying([&](connection& db) -> result<void> {
    transaction changes{db};
    std::array calls{call{&transaction::begin}, take_turn(lock_)};
    db.run(calls);
    text_session session{db};
    if (auto good = made.begin(session, all); !good)
      return good;
    db.run({&transaction::commit});
    return {};
  });
  if (!begun)
    return begun;
  for (bool ends = false; !ends;) {
    auto went = session_.keep_trying([&](connection& db) -> result<bool> {
      transaction changes{db};
      std::array calls{call{&transaction::begin}, take_turn(lock_), call{&end_for_inline}};
      const auto end = db.run(calls)[2][0].count(0);
      text_session session{db};
      const bool there = made.position(session) >= end;
      if (!there)
        if (auto taken = made.catch_up(session, *reader, end, inline_batch); !taken)
          return taken.error();
      db.run({&transaction::commit});
      return there;
    });
    if (!went)
      return went.error();
    ends = *went;
  }
  inline_ = std::move(made);
  inline_reader_ = std::move(reader);
  return {};
}

// Each request by itself, since one that cannot be taken in is left out and the others are not:
// what is planned then is what is accepted. The transaction has been begun, and it is this writer's
// turn.
std::vector<append_outcome> postgres_writer::append_inline(connection& db,
                                                           std::span<const append_request> requests,
                                                           const group_state& state,
                                                           log_position base) {
  text_session session{db};
  while (inline_.position(session) < base)
    if (auto there = inline_.catch_up(session, *inline_reader_, base, inline_batch); !there)
      return outcome_list(requests.size(), there.error());
  inline_outcomes_.clear();
  inline_accepted_.clear();
  inline_at_.clear();
  auto now = state;
  auto end = base;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto plan = plan_append({&requests[i], 1}, now);
    inline_outcomes_.push_back(std::move(plan.outcomes.front()));
    if (!inline_outcomes_.back())
      continue;
    const auto events = as_recorded(requests[i], end);
    if (auto taken = take_in_inline(db, events); !taken) {
      inline_outcomes_.back() = taken.error();
      now = state;
      plan_append(inline_accepted_, now);
      continue;
    }
    end += events.size();
    inline_accepted_.push_back(requests[i]);
    inline_at_.push_back(i);
  }
  auto after = state;
  auto plan = plan_append(inline_accepted_, after);
  if (plan.stores_nothing())
    return scattered(std::move(plan.outcomes));
  if (end != base)
    inline_.move_to(session, end);
  auto calls = store_after(plan, base);
  calls.push_back({&transaction::commit});
  commit(db, calls, std::move(plan));
  remember(after, base);
  return scattered(finish(base));
}

result<void> postgres_writer::take_in_inline(connection& db,
                                             std::span<const recorded_event> events) {
  if (events.empty())
    return {};
  db.execute("SAVEPOINT annals_inline");
  text_session session{db};
  auto taken = inline_.project(session, events);
  db.execute(taken ? "RELEASE SAVEPOINT annals_inline" : "ROLLBACK TO SAVEPOINT annals_inline");
  return taken;
}

// The outcomes of those that were accepted, in their places among all.
std::vector<append_outcome> postgres_writer::scattered(outcome_list accepted) {
  for (std::size_t i = 0; i < accepted.size(); ++i)
    inline_outcomes_[inline_at_[i]] = std::move(accepted[i]);
  return std::move(inline_outcomes_);
}

} // namespace annals::postgres
