#!/bin/bash
# mutants.sh BUILD [PATTERN]: plants every fault of tests/mutants.tsv in turn, alone, and runs the test that must catch it. PATTERN (an extended regular
#   expression) chooses lines. The user's files are not touched: the faults go into a copy in BUILD/mutants, whose build is kept for the next time.
# mutants.sh --check: every fault still changes exactly one line, every named test is there. Builds nothing.
#
# A test counts for something only if it is green without the fault, so all named tests run once before the first fault. One line a fault, the last line
# counts; the exit status is 1 where a fault survives, does not compile, or no longer applies.
set -uo pipefail
usage='usage: mutants.sh BUILD [PATTERN] | --check'
build=${1:?$usage} pattern=${2:-}
cd "$(dirname "$0")/.." || exit

# The lines: file, fault (an expression of sed -E), test; ordered by test, so that neighbours share what must be linked.
mapfile -t faults < <(grep -v '^#' tests/mutants.tsv | grep -E -- "$pattern" | LC_ALL=C sort -s -t $'\t' -k 3,3)
list() { printf '%s\n' "${faults[@]}"; }
((${#faults[@]})) || { echo "mutants: no line of tests/mutants.tsv matches '$pattern'"; exit 1; }

# applies FILE FAULT: the faulty file on stdout; false unless exactly one line is another.
applies() {
  local lines
  lines=$(diff "$1" <(sed -E "$2" "$1") | grep -c '^[<>]')
  [[ $lines == 2 && $(sed -E "$2" "$1" | wc -l) == $(wc -l <"$1") ]] && sed -E "$2" "$1"
}

# 'test_LAYER: case name' is a case of Catch2, 'tools/NAME.sh' a script.
exists() {
  if [[ $1 == test_*': '* ]]; then
    local layer=${1%%: *}
    grep -rqF "TEST_CASE(\"${1#*: }\"" "tests/unit/${layer#test_}" --include='*.cpp'
  else
    [[ $1 == tools/*.sh && -f tests/$1 ]]
  fi
}

check() {
  local file fault test problems=0 count=0
  say() { echo "mutants: $*" >&2; problems=$((problems + 1)); }
  while IFS=$'\t' read -r file fault test; do
    count=$((count + 1))
    applies "$file" "$fault" >/dev/null || say "the fault '$fault' of $file does not change exactly one line"
    exists "$test" || say "the test '$test' of a fault in $file is not there"
  done < <(list)
  grep -v '^#' tests/mutants.tsv | LC_ALL=C sort -c -s -t $'\t' -k 1,1 || say 'tests/mutants.tsv is not sorted by file'
  ((count >= 20)) || say "$count faults are too few"
  echo "mutants: $count faults, $problems problems"
  ((problems == 0))
}

if [[ $build == --check ]]; then
  check
  exit
fi

mkdir -p "$build/mutants/tree"
build=$(realpath "$build/mutants")
tree=$build/tree
log=$build/log
root=$PWD
exec 9>"$build/lock"
flock -n 9 || { echo "mutants: another run works in '$build'; wait for it or name another BUILD"; exit 1; }

# The copy lies in BUILD/mutants/tree with its build inside, so that ccache knows the files; only what differs is written, so that little is built.
[[ -e ../shared ]] && ln -sfn "$(realpath ../shared)" "$build/shared"
git ls-files | while IFS= read -r file; do [[ -e $file ]] && echo "$file"; done >"$build/files"
(cd "$tree" && find . -path ./build -prune -o -type f -printf '%P\n' | grep -vxFf "$build/files" | xargs -r -d '\n' rm)
while IFS= read -r file; do
  cmp -s "$file" "$tree/$file" || { mkdir -p "$(dirname "$tree/$file")" && cp -p "$file" "$tree/$file" && touch "$tree/$file"; }
done <"$build/files"
export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1
command -v ccache >/dev/null && export CMAKE_CXX_COMPILER_LAUNCHER=ccache
cd "$tree" && cmake/configure.sh build || exit

# made TEST: builds what the test runs: its executable, or the commands that the script names.
made() {
  local targets
  if [[ $1 == test_* ]]; then targets=${1%%: *}; else
    targets=$(grep -ohE '\bdm-[a-z]+\b' "tests/$1" | sort -u | while read -r name; do [[ -e tools/$name.cpp ]] && echo "$name"; done)
  fi
  # shellcheck disable=SC2086
  cmake --build build --target $targets >"$log" 2>&1
}

# green TEST: runs it alone. A test that does not come back in ten minutes is not green.
green() {
  if [[ $1 == test_* ]]; then
    timeout 600 "build/bin/${1%%: *}" -w NoTests "$(sed -E 's/[][\\,"*~]/\\&/g' <<<"${1#*: }")" >"$log" 2>&1
  else
    PATH=$tree/build/bin:/usr/bin:/bin timeout 600 tests/tools/harness.sh "tests/$1" >"$log" 2>&1
  fi
}

while read -r test; do
  made "$test" || { cat "$log"; echo "mutants: what '$test' needs does not build without a fault"; exit 1; }
  green "$test" || { cat "$log"; echo "mutants: '$test' is red without a fault: it proves nothing"; exit 1; }
done < <(list | cut -f 3 | uniq)

caught=0 survived=0 broken=0
while IFS=$'\t' read -r file fault test; do
  if ! applies "$root/$file" "$fault" >"$file"; then
    verdict='DOES NOT CHANGE ONE LINE' broken=$((broken + 1))
  elif ! made "$test"; then
    verdict='DOES NOT COMPILE' broken=$((broken + 1))
  elif green "$test"; then
    verdict=SURVIVED survived=$((survived + 1))
  else
    verdict=caught caught=$((caught + 1))
  fi
  cp "$root/$file" "$file"
  echo "$verdict: $file: $fault: $test"
done < <(list)
((broken)) && echo "$broken of the list are no faults: mend tests/mutants.tsv"
echo "$caught caught, $survived survived"
((survived == 0 && broken == 0 && caught > 0))
