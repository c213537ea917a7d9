#!/bin/bash
# check.sh BIN: format, lint, layers, schemas. Every check runs; the last line counts them.
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
  shellcheck -x "${scripts[@]}"
}
executable() { [[ -z $(git ls-files -s '*.sh' | grep -v '^100755' | tee /dev/stderr) ]]; }

check format format
check shellcheck lint
check 'scripts are executable' executable
check layers tests/layers.sh
check schemas tests/schemas.sh "$bin"
echo "check: $passed passed, $failed failed"
((failed == 0))
