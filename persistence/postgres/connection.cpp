#include <annals/persistence/postgres/connection.hpp>

#include <annals/persistence/postgres/answer_wait.hpp>
#include <annals/persistence/postgres/libpq_parameters.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <new>
#include <utility>

namespace annals::postgres {

namespace {

constexpr int binary = 1;

bool is_good(const pg_result* answer) {
  switch (PQresultStatus(answer)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY: return true;
    default: return false;
  }
}

// Every plan goes by an index, whatever the server knows or believes of the tables when it is made,
// and is made once. Transactions see what was committed before each of their statements, which the
// lock of the writers relies on. What was acknowledged is on disk; where the server was set to wait
// for standbys as well, it does.
constexpr auto how_to_serve = R"sql(
SET client_min_messages = warning;
SET default_transaction_isolation = 'read committed';
SET idle_in_transaction_session_timeout = '2s';
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET jit = off;
SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local');
)sql";

constexpr auto who_am_i = "SELECT pid, backend_start FROM pg_stat_activity "
                          "WHERE pid = pg_backend_pid()";

} // namespace

pg_conn* connect(const settings& where) {
  const libpq_parameters given{where};
  auto* db = PQconnectdbParams(given.keywords(), given.values(), 0);
  if (db == nullptr)
    throw std::bad_alloc{};
  return db;
}

connection::connection(const settings& where) : where_{where}, db_{connect(where)} {
  if (PQstatus(db_.get()) != CONNECTION_OK)
    throw connection_lost{connect_failure(PQerrorMessage(db_.get()), where.shown)};
  // What the server has to say beside its answers goes nowhere: a program's output is its own.
  PQsetNoticeProcessor(
      db_.get(), [](void*, const char*) {}, nullptr);
  // Nothing that libpq does may wait but in `wait_for_answer`.
  if (PQsetnonblocking(db_.get(), 1) != 0)
    broken();
  set_up();
}

void connection::set_up() {
  // 0 would mean to wait for ever; the most that the server takes is 24 days.
  auto patience = std::clamp<std::int64_t>(where_.lock_timeout.count(), 1, 2'147'483'647);
  auto* quoted_schema = PQescapeIdentifier(db_.get(), where_.schema.data(), where_.schema.size());
  if (quoted_schema == nullptr)
    throw std::bad_alloc{};
  std::string path = quoted_schema;
  PQfreemem(quoted_schema);
  execute(how_to_serve + ("SET lock_timeout = " + std::to_string(patience))
          + ";SET search_path = " + path);
  auto me = execute(who_am_i);
  if (!me.empty())
    name_ = {std::stoll(std::string{me[0].bytes(0)}), std::string{me[0].bytes(1)}};
}

void connection::close::operator()(pg_conn* db) const { PQfinish(db); }

rows connection::execute(const std::string& sql) {
  return checked(last_answer(PQsendQuery(db_.get(), sql.c_str())));
}

rows connection::answer_in_text(const std::string& sql, std::span<const char* const> values) {
  return last_answer(PQsendQueryParams(db_.get(), sql.c_str(), static_cast<int>(values.size()),
                                       nullptr, values.data(), nullptr, nullptr, 0));
}

rows connection::last_answer(int was_taken) {
  if (was_taken != 1)
    broken();
  rows last{nullptr};
  for (;;) {
    wait_for_answer(db_.get(), where_);
    rows next{PQgetResult(db_.get())};
    if (next.raw() == nullptr)
      return last;
    if (next.status() == PGRES_COPY_IN || next.status() == PGRES_COPY_OUT
        || next.status() == PGRES_COPY_BOTH)
      refuse_copy();
    last = std::move(next);
  }
}

// libpq would say so again and again. The connection is of no use then: the next call makes a new
// one.
void connection::refuse_copy() {
  throw error{{errc::invalid_argument,
               "COPY FROM STDIN and TO STDOUT do not work here; use INSERT and SELECT"}};
}

rows connection::checked(rows answer) {
  if (!is_good(answer.raw()))
    throw_failure(db_.get(), answer.raw(), where_.shown);
  return answer;
}

void connection::prepare(const call& one) {
  if (prepared_.contains(one.what))
    return;
  checked(last_answer(
      PQsendPrepare(db_.get(), one.what->name, one.what->sql, one.with.size(), one.with.types())));
  prepared_.insert(one.what);
}

rows connection::run(const call& one) {
  prepare(one);
  return checked(last_answer(send(one)));
}

void connection::refuse(const rows& answer) const {
  throw_failure(db_.get(), answer.raw(), where_.shown);
}

int connection::send(const call& one) {
  const std::vector<int> formats(static_cast<std::size_t>(one.with.size()), binary);
  return PQsendQueryPrepared(db_.get(), one.what->name, one.with.size(), one.with.values().data(),
                             one.with.lengths().data(), formats.data(), binary);
}

std::vector<rows> connection::run(std::span<const call> calls) {
  for (const auto& one : calls)
    prepare(one);
  if (PQenterPipelineMode(db_.get()) != 1)
    broken();
  for (const auto& one : calls)
    if (send(one) != 1)
      broken();
  if (PQpipelineSync(db_.get()) != 1)
    broken();
  auto answers = collect();
  PQexitPipelineMode(db_.get());
  for (const auto& answer : answers)
    if (!is_good(answer.raw()))
      throw_failure(db_.get(), answer.raw(), where_.shown);
  return answers;
}

// All answers up to the end of the pipeline, or of the connection.
std::vector<rows> connection::collect() {
  std::vector<rows> answers;
  for (bool ended = false;;) {
    wait_for_answer(db_.get(), where_);
    auto* answer = PQgetResult(db_.get());
    if (answer == nullptr && !std::exchange(ended, true))
      continue; // the end of one statement's answer
    ended = answer == nullptr;
    rows kept{answer};
    if (kept.status() == PGRES_PIPELINE_SYNC)
      return answers;
    answers.push_back(std::move(kept));
    if (ended || PQstatus(db_.get()) == CONNECTION_BAD)
      return answers;
  }
}

// What was half sent cannot be taken back, and what was half read not read again: the connection is
// of no further use.
void connection::broken() {
  throw connection_lost{server_failure("08006", PQerrorMessage(db_.get()), where_.shown)};
}

std::string connection::reported(const char* parameter) const {
  const auto* value = PQparameterStatus(db_.get(), parameter);
  return value != nullptr ? value : "";
}

bool connection::in_transaction() const noexcept {
  auto status = PQtransactionStatus(db_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool connection::is_busy() const noexcept {
  return PQtransactionStatus(db_.get()) == PQTRANS_ACTIVE;
}

std::vector<notice> connection::take_notices() {
  if (PQconsumeInput(db_.get()) != 1)
    broken();
  std::vector<notice> taken;
  while (auto* told = PQnotifies(db_.get())) {
    taken.push_back({told->be_pid, told->extra});
    PQfreemem(told);
  }
  return taken;
}

int connection::socket() const noexcept { return PQsocket(db_.get()); }

int connection::server_version() const noexcept { return PQserverVersion(db_.get()); }

const statement transaction::begin{"begin", "BEGIN"};
const statement transaction::commit{"commit", "COMMIT"};

transaction::~transaction() {
  if (!db_.in_transaction())
    return;
  try {
    db_.execute("ROLLBACK");
  } catch (const error&) {
    // The connection is gone, and the transaction with it; the next call notices.
  }
}

} // namespace annals::postgres
