#!/bin/bash
# Posteriors learned from 100,000 simulations with a residual network and weight decay, else the default options, judged as simulation-based inference does: classifier two-sample tests against 10,000 draws of the
# exact reference posterior for two observations a task, the share of draws outside the prior's box, and ranks (SBC) of 500 fresh parameters among 100 draws each.
# sbi.sh BIN [RESULT]: writes RESULT (default: sbi.tsv beside this script) and prints the table. Reads ../shared/data/sbi.
source "$(dirname "$0")/lib.sh"
posteriors=$(cd "$OLDPWD" && cd "${DM_SBI:-$here/../../../shared/data/sbi}" && pwd)
seeds=${DM_SEEDS:-1} simulations=${DM_SIMULATIONS:-100000}

number() { sed "s/.*\"$1\":{[^}]*\"$2\":\([-0-9.e+]*\).*/\1/"; }
for task in gaussian_linear gaussian_mixture slcp two_moons; do
  for seed in $seeds; do
    dm-data make $task -n "$simulations" --seed "$seed" -q -f -o sims.h5
    dm-data make $task -n 500 --seed "$((1000 + seed))" -q -f -o pairs.h5
    before=$SECONDS
    dm-train sims.h5 --network residual-mlp --weight-decay 0.1 --rate 0.002 --set objective.p_mean=-0.5 --set objective.p_std=1.2 --seed "$seed" -q -f -o post.h5
    seconds=$((SECONDS - before))
    for observation in 1 2; do
      from=$posteriors/$task/obs$observation
      gzip -dc "$from/reference_posterior.csv.gz" >reference.csv
      dm-sample post.h5 --y "$from/observation.csv" --steps 32 -n 10000 --seed "$seed" -q -f -o draws.h5
      c2st=$(dm-eval draws.h5 reference.csv --metrics c2st --json -q | number c2st value)
      outside=$(dm-data export draws.h5 | awk -F, -v task=$task '
        BEGIN { box["two_moons"] = 1; box["slcp"] = 3; box["gaussian_mixture"] = 10; d["two_moons"] = d["gaussian_mixture"] = 2; d["slcp"] = 5 }
        NR > 1 && task in box { for (j = 1; j <= d[task]; j++) if ($j < -box[task] || $j > box[task]) { out++; break } } END { print out + 0 }')
      printf 'c2st\t%s\t%s\t%s\t%s\t%s\t%s\n' $task "$seed" $observation "$c2st" "$outside" "$seconds"
    done
    dm-sample post.h5 --y pairs.h5 --steps 32 -n 100 --seed "$seed" -q -f -o ranks.h5
    dm-eval ranks.h5 pairs.h5 --metrics sbc --json -q >sbc.json
    printf 'sbc\t%s\t%s\t-\t%s\t%s\t-\n' $task "$seed" "$(number sbc value <sbc.json)" "$(number sbc p <sbc.json)"
  done
done >lines
{
  echo "# command: make campaign-sbi"
  echo "# version: $(dm-sample --version)"
  echo "# simulations: $simulations; seeds: $seeds; observations: 1 2"
  echo "# wall time: $((SECONDS - start)) s"
  echo "# c2st: task, seed, observation, accuracy, draws outside the box, seconds of training; sbc: task, seed, -, chi^2 per degree of freedom, p, -"
  cat lines
} >"$result"
"$here/sbi-table.sh" "$result"
