#!/bin/bash
# check.sh BIN: format, lint, layers, schemas, tables, the list of faults. Every check runs; the last line counts them.
set -uo pipefail
bin=$(realpath "${1:?usage: check.sh BIN}")
cd "$(dirname "$0")/.." || exit
passed=0 failed=0
check() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    echo "check: $name failed" >&2
    failed=$((failed + 1))
  fi
}

format() { git ls-files -z 'lib/*.cpp' 'lib/*.h' 'tools/*.cpp' 'tests/*.cpp' 'tests/*.h' | xargs -0 clang-format --dry-run -Werror; }
lint() {
  local scripts
  mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
  shellcheck -S warning -x -s bash -e SC1091,SC2154 "${scripts[@]}"
}
executable() { # every script that names its interpreter
  local wrong
  wrong=$(git ls-files '*.sh' .ci/run | while read -r f; do [[ $(head -c 2 "$f") == '#!' && ! -x $f ]] && echo "$f"; done)
  [[ -z $wrong ]] || { echo "not executable: $wrong" >&2; return 1; }
}

check format format
check shellcheck lint
check 'scripts are executable' executable
check layers tests/layers.sh
check schemas tests/schemas.sh "$bin"
check tables tests/tables.sh --check
check mutants tests/mutants.sh --check
echo "check: $passed passed, $failed failed"
((failed == 0))
