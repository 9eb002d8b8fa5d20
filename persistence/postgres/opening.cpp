#include <annals/persistence/postgres/opening.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/layout.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

namespace annals::postgres {

namespace {

[[noreturn]] void refuse(errc code, std::string why) { throw error{{code, std::move(why)}}; }

// The rights that a role lacks on the tables that are there: the right and the table.
const statement rights_query{"rights", R"sql(
SELECT privilege, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
  unnest(CASE
    WHEN NOT $2 OR relname = 'layout' THEN ARRAY['SELECT']
    WHEN relname IN ('streams', 'events') THEN ARRAY['SELECT', 'INSERT']
    ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END) AS privilege
WHERE nspname = $1 AND relname IN ('layout', 'streams', 'events', 'read_models', 'snapshots',
    'outcomes', 'reservations', 'leases') AND NOT has_table_privilege(pg_class.oid, privilege)
ORDER BY privilege <> 'SELECT', relname DESC
)sql"};
const statement usage_query{
    "usage", "SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1"};

const statement identifier_query{"identifier", "SELECT quote_ident($1)"};

std::string role_of(connection& db) {
  return std::string{db.execute("SELECT quote_ident(current_user)")[0].bytes(0)};
}

std::string schema_of(connection& db) {
  auto schema = arguments{}.add(std::string_view{db.where().schema});
  return std::string{db.run({&identifier_query, schema})[0].bytes(0)};
}

void check_server(connection& db) {
  const auto& shown = db.where().shown;
  check_server_version(db.server_version(), shown);
  if (auto encoding = db.reported("server_encoding"); encoding != "UTF8")
    refuse(errc::store_unavailable, "the database of the store " + shown + " has the encoding "
                                        + quoted(encoding)
                                        + ", which cannot hold every text; create one with "
                                          "ENCODING 'UTF8'");
  if (db.where().read_only)
    return;
  if (db.execute("SHOW transaction_read_only")[0].bytes(0) == "on")
    throw error{server_failure("25006", "transaction_read_only is on", shown)};
}

void check_usage(connection& db) {
  auto usage = db.run({&usage_query, arguments{}.add(std::string_view{db.where().schema})});
  if (usage.empty() || usage[0].flag(0))
    return;
  refuse(errc::store_unavailable, "the store " + db.where().shown + " is closed to the role "
                                      + role_of(db) + "; run GRANT USAGE ON SCHEMA " + schema_of(db)
                                      + " TO " + role_of(db));
}

void check_rights(connection& db) {
  arguments with;
  with.add(std::string_view{db.where().schema}).add_flag(!db.where().read_only);
  auto lacking = db.run({&rights_query, std::move(with)});
  if (lacking.empty())
    return;
  auto right = std::string{lacking[0].bytes(0)};
  refuse(right == "SELECT" ? errc::store_unavailable : errc::store_read_only,
         "the role " + role_of(db) + " has no right to " + right + " on the table "
             + std::string{lacking[0].bytes(1)} + " of the store " + db.where().shown
             + "; run GRANT SELECT" + (db.where().read_only ? "" : ", INSERT, UPDATE, DELETE")
             + " ON ALL TABLES IN SCHEMA " + schema_of(db) + " TO " + role_of(db));
}

void check_mark(const connection& db, const layout_mark& mark) {
  const auto& shown = db.where().shown;
  if (mark.is_fresh())
    refuse(errc::not_found, "there is no store at " + shown
                                + (mark.has_schema ? ", its schema is empty" : ", nor its schema")
                                + "; check database and annals_schema, or create the store by "
                                  "starting the application");
  if (mark.program != our_program || mark.number < 1)
    refuse(errc::not_a_store, "the schema of the store " + shown
                                  + " holds tables of another program; give another one as "
                                    "annals_schema");
  if (mark.number > current_layout)
    refuse(errc::layout_too_new, "the store " + shown + " has layout " + std::to_string(mark.number)
                                     + " and this release reads up to layout "
                                     + std::to_string(current_layout) + "; upgrade this program");
  if (mark.number < current_layout)
    refuse(errc::layout_too_old, "the store " + shown + " has layout " + std::to_string(mark.number)
                                     + " and this release reads layout "
                                     + std::to_string(current_layout)
                                     + "; open it to write once, for example by starting the "
                                       "application with this release");
  if (!mark.missing.empty())
    refuse(errc::store_corrupt, "the store " + shown + " lacks the column "
                                    + quoted(mark.missing.front())
                                    + "; another program has changed the table: undo that, or "
                                      "restore a backup");
}

void create(connection& db) {
  try {
    bring_up_to_date(db);
  } catch (const connection_lost&) {
    throw;
  } catch (const error& e) {
    if (e.why().code != errc::store_read_only)
      throw;
    refuse(errc::store_read_only, "the role " + role_of(db) + " may not create the store "
                                      + db.where().shown + "; run CREATE SCHEMA " + schema_of(db)
                                      + " AUTHORIZATION " + role_of(db)
                                      + " as the owner of the database (" + e.why().message + ')');
  }
}

} // namespace

void check_server_version(int version, const std::string& shown) {
  constexpr int oldest = 13; // the first with pg_xact_status for transaction ids of 64 bits
  if (version / 10'000 < oldest)
    refuse(errc::store_unavailable, "the server of the store " + shown + " is PostgreSQL "
                                        + std::to_string(version / 10'000) + "; upgrade it to "
                                        + std::to_string(oldest) + " or later");
}

std::unique_ptr<connection> open_first(const settings& where, open_mode mode) {
  auto db = std::make_unique<connection>(where);
  check_server(*db);
  check_usage(*db);
  check_rights(*db);
  auto mark = read_mark(*db);
  bool may_create = mode == open_mode::create && mark.is_fresh();
  bool may_migrate = mode != open_mode::read_only && mark.program == our_program && mark.number >= 1
                     && mark.number < current_layout;
  if (may_create || may_migrate) {
    create(*db);
    mark = read_mark(*db);
  }
  check_mark(*db, mark);
  return db;
}

std::unique_ptr<connection> open_again(const settings& where) {
  auto db = std::make_unique<connection>(where);
  if (auto number = layout_number(*db); number != current_layout)
    refuse(errc::layout_too_new, "the store " + where.shown + " was brought to layout "
                                     + std::to_string(number)
                                     + " by another program; restart this one with its release");
  return db;
}

} // namespace annals::postgres
