#!/bin/bash
# packages.sh build|oracles|bench|lint|deb ...: installs the Debian packages of these groups that are missing. The line is printed first; sudo where
# not root. With DM_NO_APT=1 nothing is installed: missing build packages are an error, the others only a remark.
set -euo pipefail

missing=() needed=0
want() {  # PROBE PACKAGE...: the packages are wanted where the probe fails
  local probe=$1 package
  shift
  eval "$probe" >/dev/null 2>&1 && return
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok' || missing+=("$package")
  done
}

for group in "$@"; do
  case $group in
    build)
      needed=1
      want false g++ cmake ninja-build pkg-config libeigen3-dev nlohmann-json3-dev libcli11-dev libssl-dev libhdf5-dev libcairo2-dev \
        libpng-dev libvalijson-dev catch2
      ;;
    oracles)
      want '/usr/bin/python3 -c "import ot, scipy, h5py, jsonschema"' python3-pot python3-scipy python3-h5py python3-jsonschema
      want 'ls /usr/include/Random123/philox.h' librandom123-dev
      ;;
    bench)
      want '/usr/bin/python3 -c "import torch" && ls /usr/lib/*/openblas-openmp' python3-torch libopenblas0-openmp
      want 'ls /usr/include/benchmark/benchmark.h' libbenchmark-dev
      ;;
    lint)
      want 'clang-format --version' clang-format
      want 'shellcheck --version' shellcheck
      ;;
    deb)
      needed=1
      want 'dpkg-shlibdeps --version' dpkg-dev
      want 'lintian --version' lintian
      ;;
    *) echo "packages.sh: unknown group '$group'" >&2 && exit 2 ;;
  esac
done
((${#missing[@]})) || exit 0

sudo=()
[[ $(id -u) == 0 ]] || sudo=(sudo)
line="apt-get install -y --no-install-recommends ${missing[*]}"
if [[ ${DM_NO_APT:-} == 1 ]] || ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]}" >&2
  echo "to install them on Debian: ${sudo[*]:+${sudo[*]} }$line" >&2
  exit "$needed"
fi
echo "${sudo[*]:+${sudo[*]} }$line"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
