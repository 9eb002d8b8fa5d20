#include <annals/persistence/postgres/growth_bell.hpp>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace annals::postgres {

growth_bell::growth_bell() : file_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  if (file_ == -1)
    throw std::system_error{errno, std::generic_category(), "eventfd"};
}

growth_bell::~growth_bell() { close(file_); }

void growth_bell::ring(log_position position) noexcept {
  if (position == 0 || !is_attended_)
    return;
  // Whoever finds something there has nothing to add: the thread has been woken and not looked yet.
  if (reached_.exchange(position) == 0)
    wake();
}

void growth_bell::end() noexcept {
  has_ended_ = true;
  wake();
}

void growth_bell::wake() noexcept {
  const std::uint64_t one = 1;
  (void)!write(file_, &one, sizeof one);
}

log_position growth_bell::answer() noexcept {
  std::uint64_t times = 0;
  (void)!read(file_, &times, sizeof times);
  return reached_.exchange(0);
}

} // namespace annals::postgres
