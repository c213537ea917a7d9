#!/bin/bash
# schemas.sh BIN [--write]: compares schemas/COMMAND.json and docs/COMMAND.md with what each command in BIN prints, or rewrites them.
set -euo pipefail
bin=$(realpath "${1:?usage: schemas.sh BIN [--write]}")
cd "$(dirname "$0")/.."
problems=0 count=0
# face FORM FILE NAME: one printed face of the command NAME against its file
face() {
  if [[ $write ]]; then
    "$bin/$3" --dm-describe="$1" >"$2"
  elif ! "$bin/$3" --dm-describe="$1" | cmp -s - "$2"; then
    echo "schemas: $2 is not what $3 declares; run 'make schemas'"
    problems=$((problems + 1))
  fi
}
write=${2:+yes}
for command in "$bin"/dm-*; do
  name=$(basename "$command")
  count=$((count + 1))
  face schema "schemas/$name.json" "$name"
  face md "docs/$name.md" "$name"
done
for file in schemas/dm-*.json docs/dm-*.md; do
  name=$(basename "$file")
  [[ ! -e $file || -x $bin/${name%.*} ]] || { echo "schemas: $file belongs to no command"; problems=$((problems + 1)); }
done
((count > 0)) || { echo "schemas: no command in $bin"; exit 1; }
echo "schemas: $count commands, $problems problems"
((problems == 0))
