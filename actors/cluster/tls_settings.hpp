#pragma once

#include <annals/messages/error.hpp>

#include <string>

namespace annals {

/// Who a node is to the others, and who they may be: files in PEM, all three or none. Each node
/// shows its certificate to the others, and takes only those whose certificate the authority has
/// signed; host names are not compared. Everything between nodes is encrypted then.
struct tls_settings {
  /// This node's certificate, or the chain of it.
  std::string certificate{};
  /// Its private key, without a passphrase.
  std::string key{};
  /// The certificate of the authority that signs the nodes' certificates.
  std::string authority{};

  bool empty() const noexcept { return certificate.empty() && key.empty() && authority.empty(); }
};

/// Whether the files are there, belong together, and hold today, so that a mistake is told at the
/// start and not as connections that fail. Gives `invalid_argument` naming the file. Blocks while
/// it reads.
result<void> check_tls(const tls_settings& settings);

} // namespace annals
