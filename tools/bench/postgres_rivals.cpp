#include <annals/tools/bench/postgres_rivals.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/group_maker.hpp>
#include <annals/tools/bench/side_by_side.hpp>

#include <annals/persistence/open_store.hpp>
#include <annals/persistence/postgres/append_statement.hpp>
#include <annals/persistence/postgres/layout.hpp>

#include <libpq-fe.h>

#include <map>
#include <memory>

namespace annals::tools::bench {

namespace {

[[noreturn]] void broken(PGconn* db) {
  throw error{{errc::store_unavailable, std::string{"libpq: "} + PQerrorMessage(db)}};
}

// libpq and nothing else.
class bare_connection {
public:
  explicit bare_connection(const postgres::settings& where) : db_{postgres::connect(where)} {
    if (PQstatus(db_.get()) != CONNECTION_OK)
      broken(db_.get());
    // As the store's own connections plan.
    execute("SET search_path = " + where.schema
            + "; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
              "SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
              "SET jit = off; SET client_min_messages = warning");
  }

  void execute(const std::string& sql) { take(PQexec(db_.get(), sql.c_str())); }

  void prepare(const char* name, const char* sql, const postgres::arguments& like = {}) {
    take(PQprepare(db_.get(), name, sql, like.size(), like.types()));
  }

  void pipeline() {
    if (PQenterPipelineMode(db_.get()) != 1)
      broken(db_.get());
  }

  void send(const char* name, const postgres::arguments& with) {
    std::vector<int> binary(static_cast<std::size_t>(with.size()), 1);
    if (PQsendQueryPrepared(db_.get(), name, with.size(), with.values().data(),
                            with.lengths().data(), binary.data(), 1)
        != 1)
      broken(db_.get());
  }

  // To the end of what was sent.
  void sync() {
    if (PQpipelineSync(db_.get()) != 1)
      broken(db_.get());
    for (;;) {
      std::unique_ptr<PGresult, decltype(&PQclear)> answer{PQgetResult(db_.get()), PQclear};
      if (!answer)
        continue; // between two statements
      auto status = PQresultStatus(answer.get());
      if (status == PGRES_PIPELINE_SYNC)
        return;
      if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        broken(db_.get());
    }
  }

  void run(const char* name, const std::vector<const char*>& texts) {
    take(PQexecPrepared(db_.get(), name, static_cast<int>(texts.size()), texts.data(), nullptr,
                        nullptr, 0));
  }

private:
  struct close {
    void operator()(PGconn* db) const { PQfinish(db); }
  };

  void take(PGresult* answer) {
    std::unique_ptr<PGresult, decltype(&PQclear)> kept{answer, PQclear};
    auto status = PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      broken(db_.get());
  }

  std::unique_ptr<PGconn, close> db_;
};

std::string payload_of(const bench_run& run) {
  return to_json(deposit_of(run.how.payload)).value();
}

// The ids of the streams that begin with these accounts, made by the store itself.
std::map<std::string, std::int64_t> make_streams(const postgres_place& place, group_maker& maker) {
  auto store = open_store(place.store()).value();
  for (const auto& outcome : store->append(maker.next()))
    (void)outcome.value();
  auto where = postgres::read_settings(place.store(), {});
  postgres::connection db{where};
  auto found = db.execute("SELECT id, name FROM streams");
  std::map<std::string, std::int64_t> ids;
  for (int i = 0; i < found.size(); ++i)
    ids.emplace(found[i].bytes(1), std::stoll(std::string{found[i].bytes(0)}));
  return ids;
}

postgres::call call_for(std::span<const append_request> requests,
                        const std::map<std::string, std::int64_t>& ids) {
  postgres::append_plan plan;
  postgres::append_guard guard;
  for (const auto& request : requests)
    for (auto version = request.expected_version; const auto& event : request.events) {
      plan.events.push_back({request.stream, ids.at(request.stream), ++version, &event});
      guard.unanswered.emplace_back(request.stream, event.causation_id);
    }
  return postgres::store_guarded(plan, guard);
}

struct bare_writer {
  bare_connection db;
  postgres::call lock;
  std::vector<postgres::call> groups;
  std::uint64_t group;

  share_of_work run(const bench_run& run, const stopwatch& clock) {
    share_of_work done;
    for (const auto& one : groups) {
      if (clock.seconds() >= run.how.window.count() || run.stopping())
        break;
      db.send("lock", lock.with);
      db.send("store", one.with);
      db.sync();
      done.events += group;
    }
    done.seconds = clock.seconds();
    return done;
  }
};

constexpr auto message_table = R"sql(
CREATE TABLE messages(
  global_position bigserial PRIMARY KEY,
  position bigint NOT NULL,
  time timestamptz NOT NULL DEFAULT now(),
  stream_name text NOT NULL,
  type text NOT NULL,
  data jsonb,
  metadata jsonb,
  id uuid NOT NULL UNIQUE,
  UNIQUE(stream_name, position));
CREATE FUNCTION write_message(the_id uuid, the_stream text, the_type text, the_data jsonb,
    the_metadata jsonb, expected bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  last bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext(split_part(the_stream, '-', 1)));
  SELECT coalesce(max(position), -1) INTO last FROM messages WHERE stream_name = the_stream;
  IF expected IS NOT NULL AND expected <> last THEN
    RAISE EXCEPTION 'expected version % of %, which is at %', expected, the_stream, last;
  END IF;
  INSERT INTO messages(position, stream_name, type, data, metadata, id)
    VALUES (last + 1, the_stream, the_type, the_data, the_metadata, the_id);
  RETURN last + 1;
END $$;
)sql";

struct message_writer {
  bare_connection db;
  std::string prefix;
  std::string payload;

  share_of_work run(const bench_run& run, const stopwatch& clock) {
    share_of_work done;
    while (clock.seconds() < run.how.window.count() && !run.stopping()) {
      auto id = to_string(make_id());
      auto stream = prefix + std::to_string(done.events % streams_each);
      auto expected = std::to_string(static_cast<std::int64_t>(done.events / streams_each) - 1);
      db.run("write", {id.c_str(), stream.c_str(), deposited::name.text().data(), payload.c_str(),
                       nullptr, expected.c_str()});
      ++done.events;
    }
    done.seconds = clock.seconds();
    return done;
  }
};

} // namespace

figures bare_loop(const bench_run& run, const postgres_place& place, std::uint64_t connections,
                  std::uint64_t group, std::uint64_t groups, std::uint64_t first) {
  auto where = postgres::read_settings(place.store(), {});
  auto payload = payload_of(run);
  return run_side_by_side(connections, [&](std::uint64_t i) -> timed_work {
    group_maker maker{streams_each, streams_each, streams_each, payload, first + i * streams_each};
    auto ids = make_streams(place, maker);
    maker.resize(std::min(group, streams_each), group);
    auto writer = std::make_shared<bare_writer>(
        bare_writer{bare_connection{where},
                    postgres::take_turn(postgres::writer_lock(where.schema)),
                    {},
                    group});
    do
      writer->groups.push_back(call_for(maker.next(), ids));
    while (writer->groups.size() < groups && !run.stopping());
    const auto& one = writer->groups.front();
    writer->db.prepare("lock", writer->lock.what->sql, writer->lock.with);
    writer->db.prepare("store", one.what->sql, one.with);
    writer->db.pipeline();
    return [&run, writer](const stopwatch& clock) { return writer->run(run, clock); };
  });
}

figures write_message(const bench_run& run, const postgres_place& place,
                      std::uint64_t connections) {
  auto where = postgres::read_settings(place.store(), {});
  auto payload = payload_of(run);
  bare_connection{where}.execute("DROP TABLE IF EXISTS messages; "
                                 "DROP FUNCTION IF EXISTS write_message");
  bare_connection{where}.execute(message_table);
  return run_side_by_side(connections, [&](std::uint64_t i) -> timed_work {
    auto writer = std::make_shared<message_writer>(
        message_writer{bare_connection{where}, "account-" + std::to_string(i) + '-', payload});
    writer->db.prepare("write", "SELECT write_message($1::uuid, $2::text, $3::text, $4::jsonb, "
                                "$5::jsonb, $6::bigint)");
    return [&run, writer](const stopwatch& clock) { return writer->run(run, clock); };
  });
}

} // namespace annals::tools::bench
