#!/bin/bash
# configure.sh BUILD [-DNAME=VALUE...]: configures the build folder; where that fails for want of packages they are installed from Debian and it is tried again.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 options=("${@:2}")
log=$(mktemp)
trap 'rm -f "$log"' EXIT

configure() {
  local generator=()
  [[ -e $build/CMakeCache.txt ]] || { command -v ninja >/dev/null && generator=(-G Ninja); }
  cmake "${generator[@]}" -DDM_BENCH=OFF "${options[@]}" -S . -B "$build" >"$log" 2>&1
}

command -v cmake >/dev/null && configure && exit 0
[[ -e $build/CMakeCache.txt ]] && rm -f "$build/CMakeCache.txt"
cmake/packages.sh build || { cat "$log" >&2; exit 1; }
configure || { cat "$log" >&2; exit 1; }
