# shellcheck shell=bash
# Every example of every command's help runs as it stands: dry where it writes a file, in full where it answers or feeds a pipe.
need_oracles h5py || exit 0
mkdir given && cd given || exit
net=(--set network.width=8 -q)
for set in moons x test samples moved data a b a_test d0 d4 z; do dm-data make moons -n 60 --seed ${#set} -q -o $set.h5; done
dm-data make moons -n 200 -q -o samples.h5 -f
dm-data split samples.h5 -q -o train.h5 rest.h5
dm-data make two_moons -n 60 -q -o sims.h5
printf '0.1,0.2\n' >obs.csv
echo '{"density": {"type": "gaussian", "mean": [0, 0]}}' | tee oracle.json >normal.json
dm-train moons.h5 --steps 2 "${net[@]}" -o model.h5
dm-train sims.h5 --steps 2 "${net[@]}" -o posterior.h5
dm-sample model.h5 -n 20 --steps 4 -q -o latents.h5
dm-dsbm normal.json b.h5 --method cfm --steps 2 "${net[@]}" -o flow.h5
dm-dsbm a.h5 b.h5 --steps 2 --half-iterations 2 "${net[@]}" -o bridge.h5
dm-ipf sims.h5 normal.json --method cdsb --steps 2 --half-iterations 2 --network '{"width": 8}' -q -o given-y.h5 # bridge.h5 of dm-ipf's examples
dm-ipf a.h5 b.h5 --sigma 1 -q -o plan.h5
printf '{"dm-sample": {"steps": %d, "sampler": "heun"}, "w2": {"value": %d}}\n' 4 3 8 2 >results.jsonl
mkdir digits
for k in 1 2; do dm-plot moons.h5 --width 2 --height 2 --dpi 36 -q -o digits/$k.png; done
/usr/bin/python3 - <<'END'
import gzip, h5py, numpy as np
g = np.random.default_rng(1).normal(size=(12, 10))
names = ['day', 'type'] + [f'PC{k}' for k in range(1, 11)]
open('cells.csv', 'w').write(','.join(names) + '\n' + ''.join(f'{4 + i % 2},B cell,' + ','.join(map(str, r)) + '\n' for i, r in enumerate(g)))
open('quakes.csv', 'w').write('# a\n# b\n# c\nlon,lat\n' + ''.join(f'{r[0]},{r[1]}\n' for r in g))
gzip.open('t.csv.gz', 'wt').write('a,b,c,d,label\n' + ''.join(','.join(map(str, r[:4])) + f',{i % 2}\n' for i, r in enumerate(g)))
with h5py.File('cells.h5ad', 'w') as f:
    f['obsm/X_pca'], f['obs/day'] = g, np.arange(12) % 2 + 3
    f['obs/type/codes'], f['obs/type/categories'] = np.arange(12) % 2, np.array([b'B cell', b'T cell'])
with h5py.File('digits.h5', 'w') as f:
    f.attrs['encoding-type'], f.attrs['encoding-version'], f['x'] = 'dm-dataset', '1.0', np.ones((3, 784))
END
dm-data import quakes.csv --skip 4 -q -o quakes.h5
cd ..

# dry COMMAND ARGUMENTS...: the command itself where it answers only, or where others read what it writes
dry() {
  case "$* " in
    *' -o - '* | 'dm-data info '* | 'dm-data checksum '*) command "$@" ;;
    *) command "$@" --dry-run ;;
  esac
}
SLURM_ARRAY_TASK_ID=3 count=0
export SLURM_ARRAY_TASK_ID
commands=("$(dirname "$(command -v dm-data)")"/dm-*)
for path in "${commands[@]}"; do
  name=${path##*/}
  eval "$name() { dry $name \"\$@\"; }"
done
for path in "${commands[@]}"; do
  "$path" --dm-describe=json | /usr/bin/python3 -c '
import json, sys
def lines(d): return [e["line"] for e in d["examples"]] + [l for v in d.get("verbs", []) for l in lines(v)]
print("\n".join(lines(json.load(sys.stdin))))' >lines
  while read -r line <&3; do
    rm -rf here
    cp -r given here
    [[ $path != */dm-ipf ]] || cp given/given-y.h5 here/bridge.h5
    cd here || exit
    read -ra words <<<"${line#* -o }"
    for word in "${words[@]}"; do # what it writes is not there yet
      [[ $line == *' -o '* && $word != [-\|]* ]] || break
      rm -f "$word"
    done
    (eval "$line") >out 2>err || { echo "$line"; cat err; broken; } >&2
    cd ..
    count=$((count + 1))
  done 3<lines
done
echo "$count examples"
((count > 60))
