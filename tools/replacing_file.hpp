#pragma once

#include <annals/tools/exit_code.hpp>

#include <string>

namespace annals::tools {

/// A file that appears under its name only when it is whole: it is written beside its place under
/// a name of its own, and renamed at the end. Destroyed before that it leaves nothing. What is no
/// regular file (a pipe, /dev/stdout) is written directly.
class replacing_file {
public:
  /// Gives "output" naming the file.
  static outcome<replacing_file> create(const std::string& path);

  ~replacing_file();
  replacing_file(replacing_file&& other) noexcept;
  replacing_file& operator=(replacing_file&&) = delete;

  int file() const noexcept { return file_; }
  /// The file's name for messages.
  const std::string& name() const noexcept { return name_; }

  /// Makes the file durable and puts it in its place, where it replaces an older one.
  outcome<> commit();

private:
  replacing_file(int file, std::string path, std::string temporary);

  int file_;
  std::string path_;
  /// Empty where the file is written directly.
  std::string temporary_;
  std::string name_;
};

} // namespace annals::tools
