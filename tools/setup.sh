#!/usr/bin/env bash
# Installs what mdsm needs: the Debian packages of tools/apt-packages.txt (as root or with sudo) and LibTorch into .venv.
# Does nothing, quickly, where all is there. Says what is missing where it cannot install.
#     tools/setup.sh [--tests | --fuzz | --cuda]
#         --tests: also tools/apt-packages-test.txt, and NVRTC, without which some tests are skipped
#         --fuzz: also tools/apt-packages-fuzz.txt, clang and its libFuzzer
#         --cuda: also what the torch wheel needs on a card (4 GB)
set -euo pipefail
cd "$(dirname "$0")/.."

missing_packages() {
  while read -r package; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done < "$1"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

# Of the list given.
install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is not Debian or Ubuntu; install the counterparts of $1 yourself." >&2
    return
  fi
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  echo "setup: installing $missing" >&2
  # shellcheck disable=SC2086  # one word a package
  if ! { as_root apt-get update -qq &&
         as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; }; then
    echo "setup: could not install these packages (neither root nor a working sudo, or no network):" >&2
    echo "  apt-get install $missing" >&2
    return 1
  fi
}

install_torch() {
  local stamp=.venv/mdsm-packages.txt
  cmp -s tools/python-packages.txt "$stamp" && return 0
  echo "setup: installing LibTorch into .venv (1.3 GB)" >&2
  [ -x .venv/bin/pip ] || python3 -m venv .venv  # it may be a link, which venv does not take
  if ! .venv/bin/pip install --quiet --disable-pip-version-check --no-deps -r tools/python-packages.txt; then
    echo "setup: pip could not install tools/python-packages.txt (no network, or no wheel for $(python3 --version))." >&2
    echo "  Pass another LibTorch to cmake with -DMDSM_TORCH_DIR=/path/to/torch." >&2
    exit 1
  fi
  cp tools/python-packages.txt "$stamp"
}

# A list of packages beside LibTorch, once.
install_beside() {
  local list=$1 stamp=.venv/$(basename "$1") size=$2
  shift 2
  cmp -s "$list" "$stamp" && return 0
  echo "setup: installing $list into .venv ($size)" >&2
  .venv/bin/pip install --quiet --disable-pip-version-check "$@" -r "$list" && cp "$list" "$stamp"
}

# Ubuntu 22.04 ships 3.22.
check_cmake() {
  local version
  version=$(cmake --version | sed -n 's/^cmake version //p')
  if [ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" != 3.25 ]; then
    echo "setup: cmake is $version (3.25 or newer is needed). Install one, for instance: pip install cmake" >&2
    exit 1
  fi
}

install_packages tools/apt-packages.txt || exit 1
if [ "${1:-}" = --tests ]; then
  install_packages tools/apt-packages-test.txt || echo "setup: going on; the tests that need them are skipped." >&2
fi
[ "${1:-}" != --fuzz ] || install_packages tools/apt-packages-fuzz.txt || exit 1
check_cmake
[ -n "${MDSM_TORCH_DIR:-}" ] || install_torch
if [ "${1:-}" = --tests ] && [ -d .venv ]; then
  install_beside tools/python-packages-nvrtc.txt "90 MB" --no-deps || echo "setup: going on; the tests that need it are skipped." >&2
fi
if [ "${1:-}" = --cuda ]; then
  [ -d .venv ] || { echo "setup: --cuda is for the LibTorch of .venv; yours has what it needs, or not." >&2; exit 1; }
  install_beside tools/python-packages-cuda.txt "4 GB" || exit 1
fi
