#!/bin/bash
# The same bits everywhere: for any number of threads, in shards as in one piece, for any number of rows asked for; and that the comparison would see it
# if they were not. Batches of 256 rows are four tiles in four lanes, batches of 768 twelve in six; 330 rows are six tiles.
quiet=(-q --no-provenance)
net=(--set network.width=16 --set network.layers=1 --batch 256 --steps 8)

# agree FOLDER FOLDER: they hold the same files with the same bytes.
agree() { diff -rq "$1" "$2" >&2; }

echo '{"density": {"type": "gaussian_mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [2, 1]], "covariances": [0.1, [[0.2, 0.1], [0.1, 0.2]]]}}' >oracle.json
echo '{"density": {"type": "gaussian_mixture", "means": [[0, 0]], "covariances": 1}}' >normal.json
echo '{"bridge": {"type": "gaussian", "mean0": [0, 1], "mean1": [2, 0]}}' >bridge.json
printf '0.1,0.2\n0.3,-0.1\n' >obs.csv
head -n 1 obs.csv >one.csv
/usr/bin/awk 'BEGIN { for (i = 0; i < 16; ++i) for (j = 0; j < 10; ++j) print i / 4 "," j / 5 }' >grid0.csv
/usr/bin/awk 'BEGIN { for (i = 0; i < 13; ++i) for (j = 0; j < 11; ++j) print i / 4 + 1 "," j / 5 }' >grid1.csv

# everything FOLDER: every command, into files in FOLDER.
everything() {
  mkdir "$1"
  cd "$1" || return
  dm-data make moons -n 700 --seed 1 "${quiet[@]}" -o a.h5
  dm-data make 8gaussians -n 500 --seed 2 "${quiet[@]}" -o b.h5
  dm-data make two_moons -n 500 --seed 3 "${quiet[@]}" -o joint.h5
  dm-data make bridge --bridge gaussian --mean0 0 --mean1 1 -n 330 "${quiet[@]}" -o pairs.h5
  dm-data split a.h5 --fractions .7,.3 "${quiet[@]}" -o part1.h5 part2.h5
  dm-data info a.h5 --json >info
  dm-noise a.h5 --time .2,.5 --codec standard "${quiet[@]}" -o noised.h5
  dm-noise a.h5 --time .2,.5 --path "${quiet[@]}" -o noised-path.h5

  dm-train a.h5 "${net[@]}" "${quiet[@]}" -o model.h5
  dm-train a.h5 --set network.width=16 --set network.layers=1 --batch 768 --steps 8 --objective ism "${quiet[@]}" -o implicit.h5
  dm-train joint.h5 "${net[@]}" --held-out .5 "${quiet[@]}" -o told.h5
  dm-sample model.h5 -n 330 --steps 8 "${quiet[@]}" -o flow.h5
  dm-sample model.h5 -n 330 --steps 8 --sampler ddim --eta 1 --path "${quiet[@]}" -o stochastic.h5
  dm-sample ../oracle.json -n 330 --steps 8 --process vp --sampler ancestral --corrector ald "${quiet[@]}" -o corrected.h5
  dm-sample ../oracle.json -n 330 --sampler rk45 "${quiet[@]}" -o adaptive.h5
  dm-sample told.h5 --y ../obs.csv -n 150 --steps 8 "${quiet[@]}" -o posterior.h5

  dm-dsbm a.h5 b.h5 --sigma 1 "${net[@]}" --half-iterations 2 --refresh 5 --cache 256 "${quiet[@]}" -o imf.h5
  dm-sample imf.h5 --from a.h5 --steps 8 --path "${quiet[@]}" -o there.h5
  dm-sample imf.h5 --from b.h5 --direction backward --sampler heun --steps 8 "${quiet[@]}" -o back.h5
  dm-ipf a.h5 b.h5 --sigma 1 --mode stored "${quiet[@]}" -o stored.h5
  dm-ipf a.h5 b.h5 --sigma 1 --mode online "${quiet[@]}" -o online.h5
  dm-ipf ../grid0.csv ../grid1.csv --sigma 1 --mode separable "${quiet[@]}" -o separable.h5
  dm-ipf stored.h5 --emit pairs "${quiet[@]}" -o partners.h5
  dm-sample stored.h5 --from a.h5 --steps 8 "${quiet[@]}" -o moved.h5
  dm-ipf a.h5 b.h5 --method gaussian "${quiet[@]}" -o gaussian.h5
  dm-ipf a.h5 b.h5 --method ridge --features rbf --centres 20 --half-iterations 2 --sigma 2 "${quiet[@]}" -o ridge.h5
  dm-ipf a.h5 b.h5 --method dsb --sigma 1 --set method.network.width=16 --set method.network.layers=1 --batch 256 --steps 8 --refresh 5 --cache 256 \
    --simulation-steps 5 --half-iterations 2 "${quiet[@]}" -o dsb.h5

  local classifier='{"type": "c2st", "folds": 2, "rows": 60}'
  dm-eval flow.h5 a.h5 --metrics "[\"w2\", \"sw2\", \"mmd\", $classifier]" --floor none --json "${quiet[@]}" >distances
  dm-eval flow.h5 --model model.h5 --metrics nll --probes 3 --rows 150 --sampler heun --steps 8 --json "${quiet[@]}" -o log-p.h5 >likelihood
  dm-dsbm ../normal.json a.h5 --method cfm "${net[@]}" "${quiet[@]}" -o flow-model.h5
  dm-eval a.h5 --model flow-model.h5 --metrics nll --rows 150 --sampler heun --steps 8 --json "${quiet[@]}" -o log-p-transport.h5 >transport-likelihood
  dm-theory tv --horizons 1,2,3 "${quiet[@]}" -o tv.h5 >tv
  dm-theory ula --chains 100 --chain-steps 20 "${quiet[@]}" -o ula.h5 >ula
  dm-plot flow.h5 a.h5 -q -o figure.png
  cd ..
}

# Threads, more of them than tiles and than processors too.
for threads in 1 2 3 4 7 16; do
  OMP_NUM_THREADS=$threads everything "threads-$threads"
  agree threads-1 "threads-$threads"
done

# The negative control: dm-train whose sums take the lanes as they come is seen by the same comparison.
unordered=$(dirname "$(command -v dm-train)")/../tests/unordered
for threads in 1 2 7; do
  mkdir "unordered-$threads"
  PATH=$unordered:$PATH OMP_NUM_THREADS=$threads dm-train threads-1/a.h5 "${net[@]}" "${quiet[@]}" -o "unordered-$threads/model.h5"
done
for threads in 2 7; do
  if agree unordered-1 "unordered-$threads" 2>difference; then
    echo "sums in any order on 1 and on $threads threads were not told apart: this test sees nothing" >&2
    exit 1
  fi
  grep -q 'model.h5.*differ' difference
done

# Shards: one after the other they are the whole, whatever it holds.
ln -s threads-1/*.h5 .
export OMP_NUM_THREADS=2
# in_parts COMMAND...: the output of COMMAND, whole and merged of 1, 2, 3 and 5 shards, is the same.
in_parts() {
  local n i
  "$@" -f "${quiet[@]}" -o whole.h5
  for n in 1 2 3 5; do
    for ((i = 1; i <= n; ++i)); do "$@" --shard "$i/$n" -f "${quiet[@]}" -o "shard-$i.h5"; done
    if ((n > 1)); then
      # shellcheck disable=SC2046
      dm-data merge $(seq -f 'shard-%g.h5' "$n") -f "${quiet[@]}" -o merged.h5
    else
      mv shard-1.h5 merged.h5
    fi
    same whole.h5 merged.h5 || { echo "not the same in $n shards: $*" >&2 && return 1; }
  done
}
in_parts dm-data make two_moons -n 333 --seed 3
in_parts dm-noise joint.h5 --time .5
in_parts dm-noise joint.h5 --time 0,.2,.5
in_parts dm-noise a.h5 --time .2,.5 --path --codec standard
in_parts dm-sample model.h5 -n 333 --steps 4
in_parts dm-sample oracle.json -n 333 --steps 4 --sampler ddim --eta 1 --path
in_parts dm-sample told.h5 --y obs.csv -n 67 --steps 4             # shards of 134 rows end inside an observation's
in_parts dm-sample imf.h5 --from a.h5 --steps 4 --path             # with their energy
in_parts dm-sample bridge.json -n 333 --noise 0 --steps 4          # from draws of the first law
in_parts dm-sample told.h5 --from joint.h5 --y joint.h5 --encode --steps 4 # an observation a row

for wrong in 0/4 5/4 4 a/b 1/ /4 1/0 -1/4 1/4/2 01/4 ' 1/4' 1.0/4 1/99999999999999999999; do
  fails 2 dm-sample oracle.json -n 10 "--shard=$wrong" -q -o no.h5
  says "found '$wrong', expected I/N with whole numbers 1 <= I <= N"
done
fails 2 dm-sample oracle.json -n 10 --shard 3/11 -q -o no.h5
says '10 rows cut into 11 blocks would leave some empty; take at most 10'
fails 2 dm-data make moons -n 3 --shard 1/4 -q -o no.h5
fails 2 dm-noise obs.csv --shard 7/7 -q -o no.h5
dm-noise obs.csv --shard 6/6 -q -o last.h5
[[ ! -e no.h5 ]]

# Rows: the first ten of 10 and of 1000 are the same, and a shard of many reaches none but its own.
few() {
  "$@" -n 10 -f "${quiet[@]}" -o few.h5
  "$@" -n 1000 -f "${quiet[@]}" -o many.h5
  dm-data export few.h5 >few.csv
  dm-data export many.h5 >many.csv
  head -n 11 many.csv | cmp - few.csv
  "$@" -n 1000 --shard 1/100 -f "${quiet[@]}" -o block.h5
  same few.h5 block.h5
}
few dm-data make two_moons --seed 3
few dm-sample model.h5 --steps 4
few dm-sample oracle.json --steps 4 --sampler ddim --eta 1 --path
few dm-sample oracle.json --sampler rk45
few dm-sample told.h5 --y one.csv --steps 4
few dm-sample bridge.json --steps 4

# How sums are cut and the path of the row products belong to a model: one of another kind is refused, and so is its checkpoint.
need_oracles h5py || exit 0
# says_of FILE KEY VALUE: from now on the spec in FILE says so.
says_of() {
  chmod u+w "$1"
  /usr/bin/python3 - "$@" <<'PY'
import h5py, json, sys
with h5py.File(sys.argv[1], "r+") as f:
    spec = json.loads(f.attrs["spec"])
    assert sys.argv[2] in spec, spec
    spec[sys.argv[2]] = json.loads(sys.argv[3])
    f.attrs["spec"] = json.dumps(spec)
PY
}
while read -r model key value here; do
  cp "$model.h5" foreign.h5
  says_of foreign.h5 "$key" "$value"
  fails 65 dm-sample foreign.h5 --from a.h5 -q -o no.h5
  says "'foreign.h5': the attribute spec says that the model was trained with $key $value, and this program computes with $here;"
  [[ $model == model ]] || continue
  fails 65 dm-eval a.h5 --model foreign.h5 --metrics nll -q
  says "'foreign.h5': the attribute spec says that the model was trained with $key $value"
  fails 78 dm-train a.h5 "${net[@]}" --resume -q -o foreign.h5
  says "^  /$key: $value there, $here here$"
done <<'TABLE'
model tile 32 64
model lanes 6 4
implicit lanes 4 6
model kernel "neon" "(avx2|portable)"
imf kernel "neon" "(avx2|portable)"
dsb kernel "neon" "(avx2|portable)"
TABLE
long=(dm-train a.h5 --batch 256 --steps 100000 --checkpoint 5 --resume -q)
stopped TERM half.h5 "${long[@]}" -o half.h5
says_of half.h5.checkpoint kernel '"neon"'
fails 78 "${long[@]}" -o half.h5
says 'is the checkpoint of another run'
says '^  /kernel: "neon" there, .* here$'
[[ ! -e no.h5 && ! -e half.h5 ]]
