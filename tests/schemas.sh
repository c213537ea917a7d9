#!/bin/bash
# schemas.sh BIN [--write]: compares schemas/COMMAND.json with what each command in BIN prints, or rewrites them.
set -euo pipefail
bin=$(realpath "${1:?usage: schemas.sh BIN [--write]}")
cd "$(dirname "$0")/../schemas"
problems=0 count=0
for command in "$bin"/dm-*; do
  name=$(basename "$command")
  count=$((count + 1))
  if [[ ${2:-} == --write ]]; then
    "$command" --dm-describe=schema >"$name.json"
  elif ! "$command" --dm-describe=schema | cmp -s - "$name.json"; then
    echo "schemas: schemas/$name.json is not what $name declares; run 'make schemas'"
    problems=$((problems + 1))
  fi
done
for file in dm-*.json; do
  [[ ! -e $file || -x $bin/${file%.json} ]] || { echo "schemas: schemas/$file belongs to no command"; problems=$((problems + 1)); }
done
((count > 0)) || { echo "schemas: no command in $bin"; exit 1; }
echo "schemas: $count commands, $problems problems"
((problems == 0))
