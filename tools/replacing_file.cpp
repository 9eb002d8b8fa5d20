#include <annals/tools/replacing_file.hpp>

#include <annals/messages/text.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace annals::tools {

namespace {

tool_failure cannot(const std::string& what, const std::string& path) {
  return {"output",
          "cannot " + what + ' ' + annals::quoted(path, 4096) + ": " + std::strerror(errno),
          exit_code::failed};
}

// Where a link leads, so that what it points to is replaced and not the link.
std::string target_of(const std::string& path) {
  std::error_code failed;
  auto target = std::filesystem::canonical(path, failed);
  return failed ? path : target.string();
}

// The name of the file's folder entry is durable only when the folder is.
bool sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path{path}.parent_path();
  int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0)
    return false;
  bool good = fsync(file) == 0;
  close(file);
  return good;
}

} // namespace

outcome<replacing_file> replacing_file::create(const std::string& path) {
  constexpr int shared = O_WRONLY | O_CLOEXEC;
  constexpr mode_t permissions = 0666;
  auto target = target_of(path);
  struct stat info {};
  if (stat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    int file = open(target.c_str(), shared);
    if (file < 0)
      return cannot("write", path);
    return replacing_file{file, target, {}};
  }
  auto temporary = target + ".part-" + std::to_string(getpid());
  int file = open(temporary.c_str(), shared | O_CREAT | O_TRUNC, permissions);
  if (file < 0)
    return cannot("create", temporary);
  return replacing_file{file, target, std::move(temporary)};
}

replacing_file::replacing_file(int file, std::string path, std::string temporary)
    : file_{file}, path_{std::move(path)}, temporary_{std::move(temporary)}, name_{annals::quoted(
                                                                                 path_, 4096)} {}

replacing_file::replacing_file(replacing_file&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, path_{std::move(other.path_)},
      temporary_{std::exchange(other.temporary_, {})}, name_{std::move(other.name_)} {}

replacing_file::~replacing_file() {
  if (file_ >= 0)
    close(file_);
  if (!temporary_.empty())
    unlink(temporary_.c_str());
}

outcome<> replacing_file::commit() {
  if (temporary_.empty())
    return {};
  if (fsync(file_) != 0)
    return cannot("write", path_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    return cannot("create", path_);
  temporary_.clear();
  if (!sync_folder_of(path_))
    return cannot("make durable", path_);
  return {};
}

} // namespace annals::tools
