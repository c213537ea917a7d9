#!/bin/bash
# harness.sh SCRIPT: runs a test script in an empty temporary folder with `set -euo pipefail` and the helpers below. The commands are expected in PATH
# (ctest puts the build's bin first). The first failing line is named; the folder is removed in any case.
set -Eeuo pipefail

script=$(realpath "$1")
DM_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DM_SHARED=$DM_ROOT/../shared
export DM_ROOT DM_SHARED LC_ALL=C
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-test-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'echo "FAILED: ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
cd "$folder"

# broken: ends the test, also where the caller stands in a list with && or a condition, which errexit passes over.
broken() {
  local frame=1
  while [[ ${BASH_SOURCE[$frame]} == "${BASH_SOURCE[0]}" ]]; do frame=$((frame + 1)); done
  echo "FAILED: ${BASH_SOURCE[$frame]##*/}:${BASH_LINENO[$frame - 1]}" >&2
  exit 1
}

# fails CODE COMMAND...: the command must end with this exit status; its stderr is kept in the file `stderr` and must not be empty.
fails() {
  local expected=$1 found=0
  shift
  "$@" 2>stderr || found=$?
  if [[ $found != "$expected" ]]; then
    echo "'$*' ended with $found, expected $expected:" >&2
    cat stderr >&2
    broken
  fi
  if [[ $expected != 0 && ! -s stderr ]]; then
    echo "'$*' ended with $found and said nothing" >&2
    broken
  fi
}

# says PATTERN: the stderr kept by the last `fails` matches this extended regular expression.
says() {
  if ! grep -qE -- "$1" stderr; then
    echo "expected a message like '$1', found:" >&2
    cat stderr >&2
    broken
  fi
}

# same A B: two files hold the same bytes.
same() { cmp -- "$1" "$2" >&2 || broken; }

# differ A B: they do not.
differ() {
  if cmp -s -- "$1" "$2"; then
    echo "'$1' and '$2' are equal and should differ" >&2
    broken
  fi
}

# stopped SIGNAL OUTPUT COMMAND...: the training COMMAND gets the signal once OUTPUT.checkpoint is there, and must end with 75; its stderr is kept.
stopped() {
  local signal=$1 output=$2 pid found=0
  shift 2
  "$@" 2>stderr &
  pid=$!
  while kill -0 $pid && [[ ! -e $output.checkpoint ]]; do sleep 0.02; done
  kill -s "$signal" $pid
  wait $pid || found=$?
  [[ $found == 75 ]]
}

# resumes WHOLE "STEPS..." COMMAND...: the training COMMAND, stopped at a checkpoint of each of these distances and continued, ends in the bytes of WHOLE.
resumes() {
  local whole=$1 distances=$2 every
  shift 2
  for every in $distances; do
    stopped TERM again.h5 "$@" --checkpoint "$every" --resume -o again.h5
    "$@" --checkpoint "$every" --resume -o again.h5
    same "$whole" again.h5
    rm again.h5
  done
}

# missing KIND WHAT: false after one line that says what is skipped; the end of the test where DM_REQUIRE asks for KIND.
missing() {
  if [[ ,${DM_REQUIRE:-}, == *,$1,* ]]; then
    echo "$2 is missing and DM_REQUIRE asks for it" >&2
    exit 1
  fi
  echo "skipped: $2 is missing"
  return 1
}

# need_oracles MODULE...: true where /usr/bin/python3 has the modules. need_oracles ot || exit 0
need_oracles() {
  local module
  for module in "$@"; do
    /usr/bin/python3 -c "import $module" 2>/dev/null || missing oracles "the Python module '$module'" || return 1
  done
}

# need_shared PATH...: true where the shared data are there. need_shared data/earth/quakes_all.csv || exit 0
need_shared() {
  local path
  for path in "$@"; do
    [[ -e $DM_SHARED/$path ]] || missing shared "the shared file '$path'" || return 1
  done
}

# shellcheck source=/dev/null
source "$script"
