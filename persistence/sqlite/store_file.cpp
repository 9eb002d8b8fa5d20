#include <annals/persistence/sqlite/store_file.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace annals::sqlite {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(errc code, std::string message) {
  throw error{{code, std::move(message)}};
}

void check_folder(const fs::path& file) {
  std::error_code failed;
  auto folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  if (!fs::is_directory(folder, failed))
    refuse(errc::not_found, "there is no folder " + shown(folder) + " for the store " + shown(file)
                                + "; create the folder, or check the path");
}

void check_absent(const fs::path& file, open_mode mode) {
  check_folder(file);
  if (mode != open_mode::create)
    refuse(errc::not_found,
           "there is no store at " + shown(file) + "; check the path, or create the store");
  if (faccessat(AT_FDCWD, file.parent_path().c_str(), W_OK, AT_EACCESS) != 0)
    refuse(errc::store_read_only,
           "the store " + shown(file) + " cannot be created, its folder cannot be written ("
               + std::strerror(errno) + "); check the folder's permissions and its mount");
}

// An empty file is what a creation that was interrupted leaves behind, so `create` goes on with it.
void check_present(const fs::path& file, open_mode mode) {
  // SQLite takes what is smaller than its smallest page for empty, and would write over it.
  constexpr std::uintmax_t smallest_page = 512;
  std::error_code failed;
  auto size = fs::file_size(file, failed);
  if (size == 0 && mode != open_mode::create)
    refuse(errc::not_a_store, shown(file)
                                  + " is empty, not a store; check the path, or remove the "
                                    "file and create the store");
  if (size != 0 && size < smallest_page)
    refuse(errc::not_a_store,
           shown(file) + " is not a store, not even an SQLite file; check the path");
}

} // namespace

fs::path resolve(std::string_view path) {
  // SQLite's own limit is 512, with room for what it appends.
  constexpr std::size_t longest = 500;
  if (path.empty() || path.find('\0') != path.npos)
    refuse(errc::invalid_argument,
           "the store's path " + quoted(path) + " is empty or holds NUL; give a file's path");
  std::error_code failed;
  // Absolute first: of a relative path whose file is not there yet nothing exists, and then
  // weakly_canonical leaves it relative, without a folder.
  auto absolute = fs::absolute(fs::path{path}, failed);
  auto file = fs::weakly_canonical(absolute, failed);
  if (failed)
    file = absolute.lexically_normal();
  if (file.native().size() > longest)
    refuse(errc::invalid_argument,
           "the store's path " + shown(file) + " is longer than 500 bytes; move the store up");
  return file;
}

void check_place(const fs::path& file, open_mode mode) {
  std::error_code failed;
  auto status = fs::status(file, failed);
  switch (status.type()) {
    case fs::file_type::not_found: return check_absent(file, mode);
    case fs::file_type::regular: return check_present(file, mode);
    case fs::file_type::directory:
      refuse(errc::not_a_store, shown(file) + " is a folder, not a store; name a file in it");
    case fs::file_type::none:
      refuse(errc::store_unavailable, "the store " + shown(file) + " cannot be looked at ("
                                          + failed.message() + "); check its path and permissions");
    default: refuse(errc::not_a_store, shown(file) + " is not an ordinary file; check the path");
  }
}

bool is_at_rest(const fs::path& file) {
  std::error_code failed;
  auto size = fs::file_size(fs::path{file} += "-wal", failed);
  return failed ? failed == std::errc::no_such_file_or_directory : size == 0;
}

file_stamp stamp_of(const fs::path& file) {
  std::error_code failed;
  file_stamp stamp{fs::file_size(file, failed), fs::last_write_time(file, failed)};
  if (failed)
    refuse(errc::store_unavailable,
           "the store " + shown(file) + " has gone (" + failed.message() + "); check the path");
  return stamp;
}

} // namespace annals::sqlite
