#!/bin/bash
# install.sh BUILD: installs into an empty folder, moves it, and builds a program on the library there, with CMake and with pkg-config. Both must print
# the rows that the installed command prints.
set -euo pipefail
build=$(realpath "${1:?usage: install.sh BUILD}")
source=$(cd "$(dirname "$0")/consumer" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-install-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cmake --build "$build" --target commands pages dmkit >log 2>&1 || { cat log; exit 1; }
cmake --install "$build" --prefix "$folder/first" >log
mv first prefix # nothing may remember where it was installed
export PATH=$folder/prefix/bin:$PATH

for file in bin/dm-eval share/man/man1/dm-eval.1 share/bash-completion/completions/dm-eval share/dmkit/schemas/dm-eval.json share/doc/dmkit/LICENSE \
  share/doc/dmkit/examples/moons/run.sh; do
  [[ -s prefix/$file ]] || { echo "install: $file is missing"; exit 1; }
done
if grep -rIlE "$folder|$build" prefix/lib prefix/share; then
  echo 'install: these files name the place where they were built or first installed'
  exit 1
fi

cat >oracle.json <<'JSON'
{"density": {"type": "gaussian_mixture", "means": [[-2, 0], [2, 1]], "covariances": 0.1}}
JSON
dm-sample oracle.json -n 1000 --sampler heun --steps 20 --seed 7 -q -o - | dm-data export - >command.csv

cmake -S "$source" -B with-cmake -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Release >log 2>&1 || { cat log; exit 1; }
cmake --build with-cmake >log 2>&1 || { cat log; exit 1; }
with-cmake/consumer >with-cmake.csv

pc=$(dirname "$(find prefix -name dmkit.pc)")
read -ra flags < <(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs dmkit)
g++ -O2 "$source/consumer.cpp" -o with-pkg-config "${flags[@]}"
./with-pkg-config >with-pkg-config.csv

for csv in with-cmake.csv with-pkg-config.csv; do
  grep -v '^#' $csv | cmp - command.csv || { echo "install: $csv holds other rows than the command draws"; exit 1; }
done
cmp with-cmake.csv with-pkg-config.csv
awk '/^# mean/ { found = 1; if ($3 ^ 2 > .04 || ($4 - .5) ^ 2 > .01) { print "install: " $0 ", expected 0 and 0.5"; exit 1 } } END { exit !found }' with-cmake.csv
echo "install: $(find prefix -type f | wc -l) files; $(head -n 1 with-cmake.csv | cut -c 3-)"
