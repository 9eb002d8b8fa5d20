#pragma once

#include "tests/persistence/temporary_folder.hpp"

#include <annals/actors/cluster/tls_settings.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <string>

namespace annals::tests {

/// An authority, and certificates that it has signed, as files in PEM.
class authority {
public:
  authority(const temporary_folder& folder, const std::string& name)
      : folder_{folder}, name_{name} {
    run("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name + " -keyout " + path("key")
        + " -out " + path("pem"));
  }

  tls_settings sign(const std::string& node, const std::string& days = "-days 2") const {
    auto of_node = [&](const std::string& kind) { return path(node + '.' + kind); };
    run("req -newkey rsa:2048 -nodes -subj /CN=" + node + " -keyout " + of_node("key") + " -out "
        + of_node("csr"));
    run("x509 -req -in " + of_node("csr") + " -CA " + path("pem") + " -CAkey " + path("key")
        + " -CAcreateserial " + days + " -out " + of_node("pem"));
    return {of_node("pem"), of_node("key"), path("pem")};
  }

private:
  std::string path(const std::string& kind) const { return folder_.file(name_ + '.' + kind); }
  static void run(const std::string& arguments) {
    REQUIRE(std::system(("openssl " + arguments + " > /dev/null 2>&1").c_str()) == 0);
  }

  const temporary_folder& folder_;
  std::string name_;
};

} // namespace annals::tests
