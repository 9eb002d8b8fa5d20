#include "password.hpp"

#include <sodium.h>

#include <array>

namespace bank {

namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 1024;
constexpr auto operations = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr auto memory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;

// libsodium picks its implementation and its source of salt once a process.
bool library_is_ready() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

} // namespace

annals::result<std::string> hash_password(std::string_view clear) {
  if (clear.size() < shortest || clear.size() > longest)
    return annals::failure{annals::errc::invalid_argument,
                           "a password has 8 to 1,024 bytes, this one has "
                               + std::to_string(clear.size())};
  std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
  if (!library_is_ready()
      || crypto_pwhash_argon2id_str(hash.data(), clear.data(), clear.size(), operations, memory)
             != 0)
    return annals::failure{annals::errc::internal,
                           "the password could not be hashed: is there 64 MiB of free memory?"};
  return std::string{hash.data()};
}

bool password_matches(const std::string& hash, std::string_view clear) {
  return library_is_ready() && is_password_hash(hash)
         && crypto_pwhash_argon2id_str_verify(hash.c_str(), clear.data(), clear.size()) == 0;
}

bool is_password_hash(const std::string& text) {
  // The library's own parser: -1 for what is no hash, 0 or 1 for one of this or another cost.
  return text.size() < crypto_pwhash_argon2id_STRBYTES && text.find('\0') == std::string::npos
         && crypto_pwhash_argon2id_str_needs_rehash(text.c_str(), operations, memory) != -1;
}

annals::result<change_password> prove_and_hash(const account& self, std::string_view old_clear,
                                               std::string_view new_clear) {
  if (!password_matches(self.password_hash, old_clear))
    return annals::failure{annals::errc::rejected, "the old password does not match"};
  if (old_clear == new_clear)
    return annals::failure{annals::errc::rejected, "the new password is the old one"};
  auto hash = hash_password(new_clear);
  if (!hash)
    return hash.error();
  return change_password{self.password_hash, std::move(*hash)};
}

} // namespace bank
