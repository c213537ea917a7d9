#!/bin/bash
# The condition /y: learned, sampled given observations, dropped for guidance; boxes that no sample leaves; rows held out. What is refused.
small=(--set network.width=48 --set network.layers=2 --batch 256)

# Two labels, 3 and 7, with x ~ N(-2, 1) and N(1, .25): each label's draws have its mean and standard deviation.
/usr/bin/awk 'BEGIN { srand(1); print "x,y"; for (i = 0; i < 4000; i++) { z = sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()); print (i % 2 ? -2 + z : 1 + z / 2) "," (i % 2 ? 3 : 7) } }' >labels.csv
dm-data import labels.csv --x x --y y -q -o labels.h5
dm-train labels.h5 "${small[@]}" --condition label --condition-dropout 0.2 --steps 1500 -q -o label.h5
printf 'y\n7\n3\n' >obs.csv
dm-sample label.h5 --y obs.csv -n 2000 -q -o draws.h5
dm-data info draws.h5 | head -1 | grep -q '4000 rows, 1 column, y, obs'
dm-data export draws.h5 >draws.csv
# mean and standard deviation of column 1 where column 2 is $1, within $4 of $2 and $3
moments() {
  /usr/bin/awk -F, -v y="$1" -v m="$2" -v s="$3" -v tol="$4" 'NR > 1 && $2 == y { n++; a += $1; b += $1 * $1 } END {
    a /= n; b = sqrt(b / n - a * a); printf "y = %s: mean %.3f, sd %.3f of %d rows\n", y, a, b, n
    exit !((a - m) ^ 2 < tol ^ 2 && (b - s) ^ 2 < tol ^ 2) }' "$5"
}
moments 7 1 0.5 0.12 draws.csv
moments 3 -2 1 0.12 draws.csv

# A row depends on its number and its observation alone: not on n.
dm-sample label.h5 --y obs.csv -n 100 -q -o few.h5
dm-data export few.h5 | /usr/bin/awk -F, 'NR > 101' >few.csv
/usr/bin/awk -F, 'NR > 2001 && NR <= 2101' draws.csv | cmp - few.csv

# Without observations a model with dropout gives the pooled law, mean -.5; guidance moves draws further from the other label.
dm-sample label.h5 -n 2000 -q -o pooled.h5
dm-data export pooled.h5 | /usr/bin/awk 'NR > 1 { n++; a += $1 } END { printf "pooled: mean %.3f\n", a / n; exit !((a / n + .5) ^ 2 < .04) }'
dm-sample label.h5 --y obs.csv -n 2000 --guidance 1 -q -o guided.h5
dm-data export guided.h5 | /usr/bin/awk -F, 'NR > 1 && $2 == 3 { n++; a += $1 } END { printf "guided: mean %.3f\n", a / n; exit !(a / n < -2.1) }'

# What is refused, before any work.
printf 'y\n5\n' >unknown.csv
fails 65 dm-sample label.h5 --y unknown.csv -n 5 -o no.h5
says 'label 5.* has not seen'
dm-train labels.h5 "${small[@]}" --steps 20 -q -o vector.h5
fails 2 dm-sample vector.h5 -n 5 -o no.h5
says 'give the observations with --y FILE'
fails 2 dm-sample vector.h5 --y obs.csv --guidance 1 -n 5 -o no.h5
says 'condition-dropout above 0'
dm-data import obs.csv -q -o bare.h5
fails 65 dm-sample vector.h5 --y bare.h5 -n 5 -o no.h5
says "'bare.h5' is a dataset without /y"
dm-sample vector.h5 --y bare.h5:/x -n 5 -q -o yes.h5
printf '1,2\n' >wide.csv
fails 65 dm-sample vector.h5 --y wide.csv -n 5 -o no.h5
says '2 columns; the model was trained on 1'
dm-train labels.h5 "${small[@]}" --condition none --steps 20 -o alone.h5 2>stderr
says '/y is not used'
fails 2 dm-sample alone.h5 --y obs.csv -n 5 -o no.h5
says 'trained without a condition'

dm-data make moons -n 100 -q -o moons.h5
fails 65 dm-train moons.h5 --condition label --steps 5 -o no.h5
says 'has no /y'

# Simulators declare their box, and no sample of even a bad model leaves it; one may be given by hand.
dm-data make two_moons -n 3000 --seed 1 -q -o sims.h5
dm-train sims.h5 "${small[@]}" --steps 30 -o rough.h5 2>stderr
says 'given the 2 columns of /y in 30 steps'
printf 'a,b\n0,0\n' >zero.csv
# To the reference and back: states are in no box, so nothing is lost on its edge; rows outside are no data.
dm-sample rough.h5 --y zero.csv -n 300 --sampler rk45 -q -o inside.h5
dm-sample rough.h5 --y zero.csv --sampler rk45 --from inside.h5 --encode -q -o latents.h5
dm-sample rough.h5 --y zero.csv --sampler rk45 --from latents.h5 --final none -q -o again.h5
dm-data export inside.h5 >inside.csv
dm-data export again.h5 | paste -d, inside.csv - |
  /usr/bin/awk -F, 'NR > 1 { for (j = 1; j <= 2; j++) { e = $j - $(j + 5); if (e < 0) e = -e; if (e > .005) exit 1 } }'
echo 5,5 >outside.csv
fails 65 dm-sample rough.h5 --y zero.csv --sampler rk45 --from outside.csv --encode -o no.h5
says 'rows to start from.*outside its support'
dm-sample rough.h5 --y zero.csv -n 3000 -q -o rough-draws.h5
dm-data info rough-draws.h5 --json | /usr/bin/python3 -c 'import json, sys; v = json.load(sys.stdin); assert min(v["min"]) >= -1 and max(v["max"]) <= 1, v'
dm-data make gaussian --dim 1 -n 500 --seed 1 -q -o normal.h5
fails 65 dm-train normal.h5 --support '[[-0.5, 0.5]]' --steps 5 -o no.h5
says 'outside its support \[-0.5, 0.5\]'
fails 2 dm-train normal.h5 --support '[[0, 1], null]' --steps 5 -o no.h5
says 'support'

# A training with rows held out resumes in the bytes of the whole run, and keeps their losses.
watched=("${small[@]}" --held-out 0.2 --steps 3000 --seed 1 -q --no-provenance)
dm-train labels.h5 "${watched[@]}" -o whole.h5
stopped TERM part.h5 dm-train labels.h5 "${watched[@]}" -o part.h5 --resume
dm-train labels.h5 "${watched[@]}" -o part.h5 --resume
same part.h5 whole.h5

# Patience ends a training that only repeats its few rows.
head -n 61 labels.csv >scarce.csv
dm-data import scarce.csv --x x --y y -q -o scarce.h5
fails 2 dm-train scarce.h5 "${small[@]}" --held-out 0 --patience 5 --dry-run -o x.h5 && says "none of the .* rows are held out"
dm-train scarce.h5 "${small[@]}" --held-out 0.5 --patience 5 --steps 4000 -q -o stopped.h5
if need_oracles h5py; then
  /usr/bin/python3 -c 'import h5py; h = h5py.File("stopped.h5"); n = len(h["held_out"]); assert 5 < n < 100, n; assert len(h5py.File("whole.h5")["held_out"]) == 100'
fi

# columns have names: the same ones in another order are refused, wherever two files meet
printf 'a,b\n1,2\n3,5\n2,0\n' >ab.csv
printf 'b,a\n2,1\n5,3\n0,2\n' >ba.csv
/usr/bin/awk 'BEGIN { print "x,a,b"; for (i = 0; i < 80; ++i) print i % 7 "," i % 5 "," i % 3 }' >xab.csv
dm-data import xab.csv --x x --y a,b -q -o told.h5
dm-train told.h5 --steps 3 -q -o told-model.h5
dm-train ab.csv --steps 3 -q -o ab-model.h5
order="'ba.csv' has 'b' as column 1 where '.*' has 'a': the same columns in another order"
for line in 'dm-sample told-model.h5 --y ba.csv -o y.h5' 'dm-eval ab.csv ba.csv --floor none' 'dm-eval ba.csv --model ab-model.h5 --metrics nll' 'dm-ipf ab.csv ba.csv -o y.h5' \
  'dm-dsbm ab.csv ba.csv -o y.h5' 'dm-sample ab-model.h5 --from ba.csv -o y.h5'; do
  read -ra words <<<"$line"
  fails 65 "${words[@]}"
  says "$order"
done
dm-sample told-model.h5 --y ab.csv -n 2 -q -o y.h5
[[ $(dm-data export y.h5 | head -1) == x,a,b,obs ]]

# ... those of the condition too, in whatever was learned from them
dm-dsbm told.h5 normal.h5 --steps 1 --set network.width=8 --set method.half_iterations=1 -q -o told-bridge.h5
echo '{"density": {"type": "gaussian", "mean": [0]}}' >normal.json
dm-ipf told.h5 normal.json --method ridge -q -o told-plan.h5
dm-data import xab.csv --x x --y b,a -q -o swapped.h5
for line in 'dm-sample told-bridge.h5 --direction backward --from normal.h5 --y ba.csv -f -o y.h5' 'dm-sample told-plan.h5 --direction backward --from normal.h5 --y ba.csv -f -o y.h5' \
  'dm-sample told-bridge.h5 --from swapped.h5 -f -o y.h5' 'dm-eval swapped.h5 --model told-model.h5 --metrics nll' 'dm-eval told.h5 --model told-model.h5 --y ba.csv --metrics nll' \
  'dm-train told.h5 --validation swapped.h5 -f -o y.h5' 'dm-plot told-model.h5 --kind quiver --given ba.csv -o y.svg'; do
  read -ra words <<<"$line"
  fails 65 "${words[@]}"
  says "has 'b' as column 1 where '.*' has 'a': the same columns in another order"
done
printf "a,b\n1,2\n" >one-y.csv
dm-sample told-bridge.h5 --direction backward --from normal.h5 --y one-y.csv -q -f -o y.h5
