#!/bin/bash
# The DDIM tutorial's notebook step by step: nine modes, Langevin, learned scores, annealed Langevin, DDIM; a picture a step, figures held to expected.json.
# run.sh [FOLDER] [short]: where the files go (default: out beside this script). In full 1000 to 3000 steps a network, about five minutes on two cores; `short` trains
# each for 40 small steps, draws fewer rows, and holds only what needs no training. Needs the commands in PATH.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out} form=${2:-full}
mkdir -p "$out"
cd "$out"
spec=$here/run.json nine=$here/nine.json
train=() few=() budgets='4 9 16 25 36 49 64 81 100' etas='0 0.1 0.5 1'
if [[ $form == short ]]; then train=(--steps 40 --batch 128) few=(-n 100 --steps 50) budgets='4 9 25 100' etas='0 1'; fi
weights=$(sed -n 's/.*"weights": \(\[.*\]\),/\1/p' "$nine") means=$(sed -n 's/.*"means": \(.*\),/\1/p' "$nine")

draw() { dm-sample "$1" --spec "$spec#$2" "${@:4}" -q -f -o "$3.h5"; }  # MODEL SECTION NAME FLAGS...
picture() { dm-plot "${@:2}" -f -o "$1.png"; }                            # NAME ARGUMENTS...
held() { # NAME SAMPLES RADIUS: shares and variances of the modes, held to the section NAME
  dm-eval "$2.h5" fresh.h5 --metrics "[{\"type\": \"mode-weights\", \"radius\": $3, \"weights\": $weights, \"means\": $means}]" \
    --floor none --spec "$here/expected.json#$1" --json -q >"$1.json"
}
learned() { if [[ $form == full ]]; then held "$@"; fi; }
number() { sed -E 's/.*"value":([-0-9.e+]+).*/\1/' "$1"; } # the first in a result

# 1. Data: nine Gaussians of variance .1; the same noised.
dm-data make --spec "$spec#data" -f -o data.h5
dm-data make --spec "$spec#fresh" -f -o fresh.h5
dm-noise data.h5 --spec "$spec#levels" -q -f -o levels.h5
picture levels levels.h5 --names 'nine modes' --limit 1500 --xlim=-30,30 --ylim=-30,30

# 2. Langevin with the exact score: every chain stays in the mode where it fell.
draw "$nine" ula ula
draw "$nine" ula chains -n 20 --path
picture ula chains.h5 --names 'Langevin with the exact score' --xlim=-30,30 --ylim=-30,30
held ula ula 5

# 3, 4. Scores learned without noise (implicit, sliced) and at one level of it; Langevin with them.
for loss in ism ssm dsm; do
  dm-train data.h5 --spec "$spec#$loss" "${train[@]}" -q -f -o "$loss.h5"
  draw "$loss.h5" learned-ula "ula-$loss" "${few[@]}"
done
picture learned-ula ula-ism.h5 ula-ssm.h5 ula-dsm.h5 --names 'implicit,sliced,denoising at sigma 1' --xlim=-15,15 --ylim=-15,15
learned ula-dsm ula-dsm 5

# 5. The score at every level.
dm-train data.h5 --spec "$spec#ncsn" "${train[@]}" -q -f -o ncsn.h5
picture loss ism.h5 ssm.h5 dsm.h5 ncsn.h5

# The mean loss of the last tenth of each training beside its floor. (W1 to a single row at zero is the mean of absolute values.)
echo 0 >zero.csv
printf 'objective,loss,floor\n' >losses.csv
while read -r name floor; do
  dm-data import "$name.h5:/loss" -q -f -o record.h5
  dm-data export record.h5 | tail -n +2 | awk '{ x[NR] = $1 } END { for (i = NR - int(NR / 10) + 1; i <= NR; i++) print x[i] }' >"$name.csv"
  hold=()
  if [[ $form == full ]]; then hold=(--spec "$here/expected.json#$name"); fi
  dm-eval "$name.csv" zero.csv --metrics w1 --floor none "${hold[@]}" --json -q >"loss-$name.json"
  awk -v name="$name" -v floor="$floor" '{ s += $1 } END { printf "%s,%.4g,%s\n", name, s / NR, floor }' "$name.csv" >>losses.csv
done <<'FLOORS'
ism -10
ssm -10
dsm 0.1818
ncsn 0.809
FLOORS
cat losses.csv

# 6. Annealed Langevin: from noise to data over a hundred levels, and the weights are found.
draw "$nine" annealed annealed
draw ncsn.h5 learned-ddim annealed-ncsn --sampler annealed-langevin --step-size 1e-4 --inner 5 --steps 99 -n 500
picture annealed annealed.h5 annealed-ncsn.h5 fresh.h5 --names 'exact score,learned score,data' --limit 2000 --xlim=-15,15 --ylim=-15,15
held annealed annealed 5

# 7. The inference process: what DDIM draws of x_s given x_t and x_0 = 0. Whatever eta, each marginal is N(0, sigma^2).
echo '{"density": {"type": "gaussian_mixture", "weights": [1], "means": [[0]], "covariances": 0}}' >point.json
for eta in 0.1 1; do draw point.json inference "inference-$eta" --eta "$eta"; done
picture inference inference-1.h5 inference-0.1.h5 --names 'eta 1,eta .1' --limit 20 --ylim=-25,25

# 8. DDIM in 50 steps.
for eta in 0.2 1; do
  draw "$nine" ddim "ddim-$eta" --eta "$eta" --steps 50 -n 100
  draw ncsn.h5 learned-ddim "ddim-ncsn-$eta" --eta "$eta" --steps 50 -n 100
done
picture ddim ddim-1.h5 ddim-0.2.h5 ddim-ncsn-1.h5 ddim-ncsn-0.2.h5 \
  --names 'exact score: eta 1,exact score: eta .2,learned score: eta 1,learned score: eta .2' --xlim=-15,15 --ylim=-15,15

# 9. How far from the data, by steps and eta, from common starts: max-sliced W2 against the data set. (In the plane 100 directions find the largest as well as the
# notebook's 1000: the nearest lies within a degree or two.)
printf 'score,eta,steps,max_sw2\n' >table.csv
for score in exact learned; do
  for eta in $etas; do
    for steps in $budgets; do
      if [[ $score == exact ]]; then draw "$nine" ddim cell --eta "$eta" --steps "$steps"; else
        if [[ $form == short && $steps != 25 ]]; then continue; fi
        draw ncsn.h5 learned-ddim cell --eta "$eta" --steps "$steps"
      fi
      dm-eval cell.h5 data.h5 --metrics '[{"type": "max-sw2", "projections": 100}]' --floor none --json -q >cell.json
      echo "$score,$eta,$steps,$(number cell.json)" >>table.csv
      if [[ $score == exact && $eta =~ ^[01]$ && $steps =~ ^(4|9|25|100)$ ]]; then
        held "ddim-$steps-$eta" cell 5
        held "far-$steps-$eta" cell 2
      fi
      if [[ $score == learned && $eta =~ ^[01]$ && $steps == 25 ]]; then learned "learned-25-$eta" cell 5; fi
    done
  done
done
for score in exact learned; do
  awk -F, -v score=$score 'NR == 1 { print "eta,steps,max-sliced W2" } $1 == score { print $2 "," $3 "," $4 }' table.csv >"table-$score.csv"
  picture "table-$score" "table-$score.csv" --kind lines --x steps --y 'max-sliced W2' --group eta --xscale log --style dots --title "$score score" --ylim 0,5.5
done

# 10. DDIM as variational inference: KL(inference chain || DDIM's chain) + the entropy of the data, an upper bound of -E log p, by steps and eta; -E log p itself
# by the probability flow.
levels=(--process ve --set process.sigma_min=0.02 --set process.sigma_max=10)
judged() { dm-eval fresh.h5 --grid karras --rho 5 --json -q "$@"; }
judged --model "$nine" "${levels[@]}" --metrics nll --rows 2000 >nll.json
printf 'score,eta,steps,bound\n' >kl.csv
for eta in $etas; do
  if [[ $eta == 0 ]]; then continue; fi # its chain draws nothing
  for steps in $budgets; do
    metric="[{\"type\": \"ddim-kl\", \"eta\": $eta}]" hold=()
    if [[ $eta == 1 && $steps =~ ^(4|9|25|100)$ ]]; then hold=(--spec "$here/expected.json#kl-$steps"); fi
    judged --model "$nine" "${levels[@]}" --metrics "$metric" --rows 2000 --steps "$steps" "${hold[@]}" >kl.json
    echo "exact,$eta,$steps,$(number kl.json)" >>kl.csv
    if [[ $form == full ]]; then
      if [[ ${#hold[@]} != 0 ]]; then hold=(--spec "$here/expected.json#kl-learned-$steps"); fi
      judged --model ncsn.h5 --params live --metrics "$metric" --rows 2000 --steps "$steps" "${hold[@]}" >kl.json
      echo "learned,$eta,$steps,$(number kl.json)" >>kl.csv
    fi
  done
done
for score in exact learned; do
  if [[ $score == learned && $form == short ]]; then continue; fi
  awk -F, -v score=$score 'NR == 1 { print "eta,steps,bound of -E log p" } $1 == score { print $2 "," $3 "," $4 }' kl.csv >"kl-$score.csv"
  picture "kl-$score" "kl-$score.csv" --kind lines --x steps --y 'bound of -E log p' --group eta --xscale log --yscale log --style dots --title "$score score"
done
echo "pictures: $out"
