#pragma once

#include <annals/actors/cluster/tls_settings.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

/// The options that a program takes which talks to nodes.
inline void declare_tls(CLI::App& line, tls_settings& tls) {
  line.add_option("--tls-certificate", tls.certificate,
                  "This side's certificate (PEM): what goes between nodes is encrypted then.");
  line.add_option("--tls-key", tls.key, "Its private key (PEM).");
  line.add_option("--tls-authority", tls.authority,
                  "The certificate of whoever signs the nodes' certificates (PEM).");
}

} // namespace annals::tools
