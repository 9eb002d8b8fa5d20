#pragma once

#include "account.hpp"

#include <annals/messages/error.hpp>

#include <string>
#include <string_view>

/// Where clear passwords end: these functions run at the edge of the bank, before a command is
/// made, so that no command, no event and no log ever holds a clear password.

namespace bank {

/// The argon2id hash of a clear password of 8 to 1,024 bytes, with a salt of its own. Takes tens
/// of milliseconds and 64 MiB, on purpose. Gives `invalid_argument` for another length, and
/// `internal` where there is not enough memory.
annals::result<std::string> hash_password(std::string_view clear);

/// Whether `clear` is the password that `hash` was made from. As slow as hashing.
bool password_matches(const std::string& hash, std::string_view clear);

/// Whether `text` is an argon2id hash, of whatever cost. Fast; a pure function.
bool is_password_hash(const std::string& text);

/// Makes the command that changes the password of `self`. Gives `rejected` where `old_clear` does
/// not match or the new password is the old one, else as `hash_password`.
annals::result<change_password> prove_and_hash(const account& self, std::string_view old_clear,
                                               std::string_view new_clear);

} // namespace bank
