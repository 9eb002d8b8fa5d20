# Sourced by tools/demo and tools/test: what both need on a fresh Debian 12, and how it is built.
# shellcheck shell=bash disable=SC2034 # what is set here is used there

readonly build_packages=(
  g++ cmake ninja-build
  libboost1.81-dev libboost-json1.81-dev libcaf-dev libssl-dev
  libsqlite3-dev libpq-dev libcli11-dev libspdlog-dev
  libsodium-dev zlib1g-dev
)
readonly test_packages=(catch2 clang-format faketime iproute2 openssl postgresql sqlite3)

checkout=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly checkout

say() { printf '\n== %s\n' "$*"; }

# Ends the script with a message: die <exit code> <message>
die() {
  printf '%s: %s\n' "tools/$(basename "$0")" "$2" >&2
  exit "$1"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# Installs those of the named Debian packages that are missing; without any missing it neither
# needs root nor the network.
install_missing() {
  command -v dpkg-query > /dev/null \
    || die 1 "this is not Debian; install by hand what these packages hold: $*"

  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null) == installed ]] \
      || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return

  if ((EUID != 0)) && ! command -v sudo > /dev/null; then
    die 1 "not root, and there is no sudo. As root run: apt-get install ${missing[*]}"
  fi
  say "Installing ${missing[*]}"
  as_root apt-get update -q || die 1 "apt-get update failed: is there a network?"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" \
    || die 1 "could not install: ${missing[*]}"
}
