#!/bin/bash
# dist.sh ARCHIVE BIN: unpacks the static commands into a root that holds nothing else, runs them there, and holds every file that they write to
# the bytes of the commands in BIN.
set -euo pipefail
archive=$(realpath "${1:?usage: dist.sh ARCHIVE BIN}") bin=$(realpath "${2:?usage: dist.sh ARCHIVE BIN}")
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-dist-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p root/tmp root/work usual
tar -xJf "$archive" -C root --strip-components=1

# run WHERE COMMAND...: in the bare root, or as usual.
run() {
  local where=$1 command=$2
  shift 2
  if [[ $where == usual ]]; then
    (cd usual && "$bin/$command" "$@")
  elif [[ $(id -u) == 0 ]]; then
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OMP_NUM_THREADS=2 chroot root /bin/"$command" "$@"
  else
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OMP_NUM_THREADS=2 unshare -r chroot root /bin/"$command" "$@"
  fi
}
for where in root usual; do
  run $where dm-data make moons -n 2000 --seed 1 -o moons.h5
  run $where dm-data make moons -n 1000 --seed 2 -o test.h5
  run $where dm-train moons.h5 --seed 1 --steps 100 -q -o model.h5
  run $where dm-sample model.h5 -n 500 --seed 2 --steps 8 -q -o samples.h5
  run $where dm-plot samples.h5 test.h5 -o scatter.png
  run $where dm-plot samples.h5 test.h5 -o scatter.pdf
  run $where dm-plot model.h5 -o loss.svg
  run $where dm-data make moons -n 500 --seed 3 -o - | run $where dm-eval - test.h5 --metrics w2,sw2,mmd --json >$where.json
done
mkdir written && find root -maxdepth 1 -type f -exec mv {} written/ \;
count=0
for file in usual/*; do
  cmp "$file" "written/${file#usual/}"
  count=$((count + 1))
done
cmp root.json usual.json
for command in root/bin/*; do
  if readelf -d "$command" | grep NEEDED; then
    echo "dist: ${command##*/} needs these libraries"
    exit 1
  fi
done
for file in share/man/man1/dm-eval.1 share/bash-completion/completions/dm-eval share/dmkit/schemas/dm-eval.json share/doc/dmkit/LICENSE share/doc/dmkit/examples/moons/run.sh; do
  [[ -s root/$file ]] || { echo "dist: $file is missing"; exit 1; }
done
echo "dist: $(find root/bin -type f | wc -l) commands run with nothing around them; $count files and a line of results have the usual bytes"
