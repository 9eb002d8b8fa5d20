#include <annals/persistence/sqlite/opening.hpp>

#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/layout.hpp>
#include <annals/persistence/sqlite/store_file.hpp>

#include <thread>

namespace annals::sqlite {

namespace {

using std::chrono::milliseconds;

layout_mark first_look(connection& db) {
  try {
    return read_mark(db);
  } catch (const error& e) {
    if (e.why().code != errc::store_corrupt || db.begins_like_sqlite())
      throw;
    throw error{{errc::not_a_store,
                 shown(db.file()) + " is not a store, not even an SQLite file; check the path"}};
  }
}

void check_mark(const connection& db, const layout_mark& mark) {
  auto name = shown(db.file());
  if (mark.is_fresh())
    throw error{{errc::not_a_store, name
                                        + " is empty, not a store; check the path, or remove the "
                                          "file and create the store"}};
  if (mark.application != application_id || mark.layout < 1)
    throw error{{errc::not_a_store,
                 name + " is an SQLite file of another program, not a store; check the path"}};
  if (mark.layout > current_layout)
    throw error{
        {errc::layout_too_new, "the store " + name + " has layout " + std::to_string(mark.layout)
                                   + " and this release reads up to layout "
                                   + std::to_string(current_layout) + "; upgrade this program"}};
}

// Changing the mode wants the file for itself for a moment, and SQLite does not wait for that.
void use_write_ahead_log(connection& db) {
  auto give_up = std::chrono::steady_clock::now() + db.patience();
  for (;;) {
    try {
      if (db.text("PRAGMA journal_mode = WAL") == "wal")
        return;
    } catch (const error& e) {
      if (e.why().code != errc::store_locked || std::chrono::steady_clock::now() >= give_up)
        throw;
      std::this_thread::sleep_for(milliseconds{1});
      continue;
    }
    throw error{{errc::store_unavailable,
                 "the store " + shown(db.file())
                     + " is on a file system without shared memory, which its write-ahead log "
                       "needs; move it to a local disk"}};
  }
}

void create(connection& db) {
  db.execute("PRAGMA page_size = 4096");
  use_write_ahead_log(db);
  create_layout(db);
}

// A checkpoint every 4000 pages (16 MiB) makes appends wait for it rarely. The log file goes back
// to 64 MiB after a transaction that was larger.
void configure_writer(connection& db) {
  use_write_ahead_log(db);
  db.execute("PRAGMA synchronous = FULL;"
             "PRAGMA foreign_keys = OFF;"
             "PRAGMA wal_autocheckpoint = 4000;"
             "PRAGMA journal_size_limit = 67108864;"
             "PRAGMA cache_size = -32768;");
}

std::unique_ptr<connection> open_to_write(const std::filesystem::path& file,
                                          const store_options& options) {
  bool may_create = options.mode == open_mode::create;
  auto how = may_create ? access::create : access::write;
  auto db = std::make_unique<connection>(file, how, options.lock_timeout);
  if (db->is_read_only())
    throw error{{errc::store_read_only,
                 "the store " + shown(file)
                     + " may only be read; check the permissions of the file, its folder and its "
                       "mount, or open it to read only"}};
  auto mark = first_look(*db);
  if (may_create && mark.is_fresh()) {
    create(*db);
    mark = read_mark(*db);
  }
  check_mark(*db, mark);
  configure_writer(*db);
  if (mark.layout < current_layout)
    migrate_layout(*db);
  return db;
}

// A program of the older release may be writing to it: only who writes may move it on.
void refuse_old_layout(const connection& db, const layout_mark& mark) {
  if (mark.layout < current_layout)
    throw error{{errc::layout_too_old,
                 "the store " + shown(db.file()) + " has layout " + std::to_string(mark.layout)
                     + " and this release reads layout " + std::to_string(current_layout)
                     + "; open it to write once, for example by starting the application with this "
                       "release, which brings it up to date in one transaction"}};
}

std::unique_ptr<connection> open_checked(const std::filesystem::path& file, access how,
                                         milliseconds patience) {
  auto db = std::make_unique<connection>(file, how, patience);
  auto mark = first_look(*db);
  check_mark(*db, mark);
  refuse_old_layout(*db, mark);
  return db;
}

// SQLite shares a store through a file beside it, which it cannot make on a read-only mount. When
// all is in the file itself, it can be read without: nobody else has it open to write.
std::unique_ptr<connection> open_to_read(const std::filesystem::path& file, milliseconds patience) {
  try {
    return open_checked(file, access::query, patience);
  } catch (const error& e) {
    auto code = e.why().code;
    bool cannot_share = code == errc::store_unavailable || code == errc::store_read_only
                        || code == errc::store_full;
    bool at_rest = is_at_rest(file);
    if (!cannot_share || (code == errc::store_full && !at_rest))
      throw;
    if (!at_rest)
      throw error{{errc::store_read_only,
                   "the store " + shown(file)
                       + " has events in its '-wal' file, and its folder cannot be written to take "
                         "them in; copy both files to a folder that can, and open that copy ("
                       + e.why().message + ')'}};
  }
  return open_checked(file, access::frozen, patience);
}

} // namespace

std::unique_ptr<connection> open_main(std::string_view path, const store_options& options) {
  auto file = resolve(path);
  check_place(file, options.mode);
  return options.mode == open_mode::read_only ? open_to_read(file, options.lock_timeout)
                                              : open_to_write(file, options);
}

std::unique_ptr<connection> open_beside(const connection& main) {
  auto how = main.how() == access::frozen ? access::frozen : access::query;
  auto db = std::make_unique<connection>(main.file(), how, main.patience());
  // Mapped, streams load nearly twice as fast: their events lie on pages far apart.
  db->execute("PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456;");
  return db;
}

// A renewal waits for its turn among the writers of the file, and for nothing else; a lease that is
// lost with the machine is no loss, so that no renewal waits for the disk.
std::unique_ptr<connection> open_leases_beside(const connection& main) {
  auto how = main.how() == access::create ? access::write : main.how();
  auto db = std::make_unique<connection>(main.file(), how, main.patience());
  if (how == access::write)
    db->execute("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;");
  return db;
}

} // namespace annals::sqlite
