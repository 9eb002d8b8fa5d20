#include <annals/persistence/served/byte_form.hpp>

#include <algorithm>

namespace annals::served {

namespace {

constexpr std::size_t bytes_of_number = 8;

} // namespace

void byte_out::put_number(std::uint64_t value) {
  for (std::size_t i = 0; i < bytes_of_number; ++i)
    text_ += static_cast<char>(value >> (8 * i));
}

void byte_in::fail() noexcept {
  failed_ = true;
  rest_ = {};
}

std::string_view byte_in::get_bytes(std::uint64_t count) {
  if (count > rest_.size()) {
    fail();
    return {};
  }
  auto found = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return found;
}

std::uint64_t byte_in::get_number() {
  auto found = get_bytes(bytes_of_number);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    value |= std::uint64_t{static_cast<unsigned char>(found[i])} << (8 * i);
  return value;
}

void byte_in::get(uuid& value) {
  auto found = get_bytes(value.size());
  std::ranges::copy(found, value.begin());
}

// A code of a later build is one that this one cannot branch on.
void byte_in::get(errc& value) {
  auto number = get_number();
  bool is_known = number >= 1 && number <= static_cast<std::uint64_t>(errc::internal);
  value = is_known ? static_cast<errc>(number) : errc::internal;
}

void byte_in::get(timestamp& value) {
  value = timestamp{timestamp::duration{static_cast<std::int64_t>(get_number())}};
}

void byte_in::get(std::chrono::milliseconds& value) {
  value = std::chrono::milliseconds{static_cast<std::int64_t>(get_number())};
}

} // namespace annals::served
