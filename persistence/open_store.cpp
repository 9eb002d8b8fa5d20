#include <annals/persistence/open_store.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/memory/memory_store.hpp>

#ifdef ANNALS_WITH_POSTGRES
#include <annals/persistence/postgres/postgres_store.hpp>
#endif
#ifdef ANNALS_WITH_SQLITE
#include <annals/persistence/sqlite/sqlite_store.hpp>
#endif

#include <algorithm>

namespace annals {

namespace {

using opened = result<std::unique_ptr<event_store>>;

failure invalid(std::string why) { return {errc::invalid_argument, std::move(why)}; }

// "sqlite" of "sqlite:bank.db", nothing of "data/a:b.db" or "bank.db".
std::string_view scheme_of(std::string_view url) {
  auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+';
  };
  auto end = std::ranges::find_if_not(url, is_part);
  bool found = end != url.begin() && end != url.end() && *end == ':';
  return found ? std::string_view{url.begin(), end} : std::string_view{};
}

opened open_memory(std::string_view rest, const store_options& options) {
  if (!rest.empty())
    return invalid("a memory store has no name, but 'memory:' is followed by " + quoted(rest)
                   + "; give just 'memory:'");
  if (options.mode != open_mode::create)
    return failure{errc::not_found, "a memory store is always new, there is none to open; give the "
                                    "path of a file"};
  return make_memory_store();
}

opened open_sqlite([[maybe_unused]] std::string_view path,
                   [[maybe_unused]] const store_options& options) {
#ifdef ANNALS_WITH_SQLITE
  if (path.empty())
    return invalid("the store's path is empty; give a file, as in 'sqlite:bank.db'");
  return open_sqlite_store(path, options);
#else
  return invalid("the store " + quoted(path)
                 + " is an SQLite file, and this program was built without SQLite; install "
                   "libsqlite3-dev and build Annals again, or use 'memory:'");
#endif
}

// The URL is not shown: there may be a password in it.
opened open_postgres([[maybe_unused]] std::string_view url,
                     [[maybe_unused]] const store_options& options) {
#ifdef ANNALS_WITH_POSTGRES
  return open_postgres_store(url, options);
#else
  return invalid("the store is in PostgreSQL, and this program was built without libpq; install "
                 "libpq-dev and build Annals again");
#endif
}

} // namespace

opened open_store(std::string_view url, store_options options) {
  if (options.lock_timeout.count() < 0)
    return invalid("the lock timeout is negative; give 0 ms or more");
  auto scheme = scheme_of(url);
  auto rest = scheme.empty() ? url : url.substr(scheme.size() + 1);
  if (scheme == "memory")
    return open_memory(rest, options);
  if (scheme == "postgresql" || scheme == "postgres")
    return open_postgres(url, options);
  if (scheme == "sqlite" || scheme.empty())
    return open_sqlite(rest, options);
  if (scheme == "annals")
    return invalid("the store " + quoted(url)
                   + " is one that a node serves; give "
                     "'annals://HOST:PORT', and in a program open it with open_any_store "
                     "(<annals/actors/served/any_store.hpp>)");
  return invalid("no store is known by " + quoted(std::string{scheme} + ':')
                 + "; give 'memory:', 'sqlite:FILE', 'postgresql://…', 'annals://HOST:PORT' or a "
                   "path (for a file of that name, put './' before it)");
}

} // namespace annals
