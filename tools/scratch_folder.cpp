#include <annals/tools/scratch_folder.hpp>

#include <annals/messages/text.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace annals::tools {

outcome<std::unique_ptr<scratch_folder>> scratch_folder::make(const std::filesystem::path& parent,
                                                              const std::string& prefix) {
  auto name = (std::filesystem::absolute(parent) / (prefix + "XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr)
    return tool_failure{"output",
                        "cannot make a folder in " + annals::quoted(parent.string()) + ": "
                            + std::strerror(errno) + "; name another with --folder",
                        exit_code::failed};
  return std::unique_ptr<scratch_folder>{new scratch_folder{name}};
}

scratch_folder::~scratch_folder() {
  std::error_code ignored; // There is nobody left to tell.
  std::filesystem::remove_all(path_, ignored);
}

} // namespace annals::tools
