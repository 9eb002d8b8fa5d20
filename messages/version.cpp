#include <annals/messages/version.hpp>

namespace annals {

std::string_view version() noexcept { return ANNALS_VERSION; }

} // namespace annals
