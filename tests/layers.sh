#!/bin/bash
# Holds the includes of lib/ to the layer table of lib/README.md, and the table to the list in CMakeLists.txt. A folder without sources is allowed
# (a layer without members), an unlisted one is not.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

# shellcheck disable=SC2016
mapfile -t layers < <(sed -n 's/^| `\([a-z]*\)` |.*/\1/p' lib/README.md)
built=$(sed -n 's/^set(layers \(.*\))$/\1/p' CMakeLists.txt)
problems=0
say() { echo "layers: $*"; problems=$((problems + 1)); }

[[ "${layers[*]}" == "$built" ]] || say "lib/README.md says '${layers[*]}', CMakeLists.txt says '$built'"
for folder in lib/*/; do
  name=$(basename "$folder")
  [[ " ${layers[*]} " == *" $name "* ]] || say "lib/$name is in no row of lib/README.md"
done

declare -A rank
for i in "${!layers[@]}"; do rank[${layers[i]}]=$i; done
count=0
while IFS=: read -r file line text; do
  layer=$(cut -d/ -f2 <<<"$file")
  header=$(sed -E 's/.*"([^"]*)".*/\1/' <<<"$text")
  [[ $header == */* ]] || { [[ $header == dmkit_version.h ]] || say "$file:$line includes \"$header\" without its layer"; continue; }
  below=${header%%/*}
  count=$((count + 1))
  if [[ -z ${rank[$below]:-} ]]; then say "$file:$line includes \"$header\", which is in no layer"
  elif ((${rank[$below]} > ${rank[$layer]:--1})); then say "$file:$line: $layer may not include $below (\"$header\")"; fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' lib --include='*.h' --include='*.cpp')

# Engines do not print, open files or exit.
while read -r hit; do say "an engine prints, opens files or exits: $hit"; done < <(
  for layer in "${layers[@]}"; do
    [[ $layer == io || $layer == cli || ! -d lib/$layer ]] && continue
    grep -rnE '(^|[^_[:alnum:]])(printf|fprintf|puts|fopen|exit|_exit|abort)[[:space:]]*\(|std::(cout|cerr|clog|ofstream|ifstream|fstream)' "lib/$layer" --include='*.h' --include='*.cpp' || true
  done)

((count > 0)) || say "no include was looked at"
echo "layers: $count includes, $problems problems"
((problems == 0))
