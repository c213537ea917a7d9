#!/bin/bash
# dm-sample's own options: where a chain starts and ends, both directions, correctors, clipping, and what is refused.
echo '{"density": {"type": "gaussian_mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [2, 1]], "covariances": [0.1, [[0.2, 0.1], [0.1, 0.2]]]}}' >oracle.json
echo '{"density": {"type": "gaussian", "mean": [1, -1], "covariance": [[0.5, 0.2], [0.2, 0.3]]}}' >normal.json

# Largest difference between the numbers of two datasets.
largest() {
  paste -d, <(dm-data export "$1") <(dm-data export "$2") |
    /usr/bin/awk -F, 'NR > 1 { for (i = 1; i <= 2; i++) { d = $i - $(i + 2); if (d < 0) d = -d; if (d > m) m = d } } END { printf "%.17g\n", m }'
}
below() { /usr/bin/awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

# Data to the reference and back returns the data within ten tolerances, in VE and in VP.
dm-sample normal.json -n 200 --seed 3 -q -o data.h5
for process in ve vp; do
  flow=(--process "$process" --sampler rk45 --rtol 1e-6 --atol 1e-6 -q --force)
  dm-sample normal.json "${flow[@]}" --from data.h5 --encode -o latents.h5
  dm-sample normal.json "${flow[@]}" --from latents.h5 --final none -o back.h5
  below "$(largest data.h5 back.h5)" 1e-5
  below 0.1 "$(largest data.h5 latents.h5)"
done
dm-eval latents.h5 data.h5 --metrics moments --floor none --json -q >/dev/null

# A chain that starts at half time from noised rows ends at the data's law; n takes the first rows; all rows by default.
dm-noise data.h5 --process vp --time 0.5 -q -o half.h5
dm-sample normal.json --process vp --grid uniform --from half.h5 --start 0.5 -q -o restored.h5
dm-data info restored.h5 | grep -q '200 rows'
dm-sample normal.json --process vp --grid uniform --from half.h5 --start 0.5 -n 70 -q -o first.h5
dm-data export first.h5 >few.csv
dm-data export restored.h5 | head -n 71 >many.csv
same few.csv many.csv

# Each sampler and corrector runs with its defaults and gives the same bytes for every number of threads.
for sampler in heun ddim dpmpp-2m dpmpp-3m dpmpp-2s dpmpp-3s rk45 ancestral euler-maruyama reverse-diffusion ula annealed-langevin; do
  OMP_NUM_THREADS=1 dm-sample oracle.json -n 150 --sampler $sampler --process ve --sigma-min 0.05 -q --no-provenance -o "one-$sampler.h5"
  OMP_NUM_THREADS=3 dm-sample oracle.json -n 150 --sampler $sampler --process ve --sigma-min 0.05 -q --no-provenance -o "three-$sampler.h5"
  same "one-$sampler.h5" "three-$sampler.h5"
done
for corrector in langevin ald; do
  OMP_NUM_THREADS=1 dm-sample oracle.json -n 150 --sampler ancestral --corrector $corrector -q --no-provenance -o "one-$corrector.h5"
  OMP_NUM_THREADS=3 dm-sample oracle.json -n 150 --sampler ancestral --corrector $corrector -q --no-provenance -o "three-$corrector.h5"
  same "one-$corrector.h5" "three-$corrector.h5"
  differ "one-$corrector.h5" one-ancestral.h5
done

# Heun without churn is Heun; bounds far out clip nothing, near ones hold every row.
dm-sample oracle.json -n 150 --sampler heun --s-churn 0 --s-noise 2 --process ve --sigma-min 0.05 -q --no-provenance -o calm.h5
same calm.h5 one-heun.h5
dm-sample oracle.json -n 150 --clip-x0 -1000,1000 --process ve --sigma-min 0.05 -q --no-provenance -o wide.h5
same wide.h5 one-heun.h5
dm-sample oracle.json -n 150 --clip-x0 -0.5,0.5 --process ve --sigma-min 0.05 -q -o narrow.h5
dm-data export narrow.h5 | /usr/bin/awk -F, 'NR > 1 && ($1 < -0.5 || $1 > 0.5 || $2 < -0.5 || $2 > 0.5) { bad = 1 } END { exit bad }'

# A trained model: data units in, data units out; a network's rounding bounds the tolerance.
dm-data make moons -n 500 --seed 1 -o moons.h5
dm-train moons.h5 --steps 50 --set network.width=16 --set network.layers=1 --batch 100 --seed 1 -q -o model.h5
dm-sample model.h5 --sampler rk45 --rtol 1e-5 --atol 1e-5 --from moons.h5 --encode -q -o codes.h5
dm-sample model.h5 --sampler rk45 --rtol 1e-5 --atol 1e-5 --from codes.h5 --final none -q -o moons-again.h5
below "$(largest moons.h5 moons-again.h5)" 1e-3
fails 2 dm-sample model.h5 --sampler rk45 --rtol 1e-9 -q -o no.h5
says 'rounding of a network'

fails 2 dm-sample oracle.json --encode -o no.h5
fails 2 dm-sample oracle.json --from data.h5 --encode --sampler ancestral -o no.h5
says 'adds noise'
fails 2 dm-sample oracle.json --from data.h5 --encode --corrector ald -o no.h5
fails 2 dm-sample oracle.json --sampler ula --corrector ald -o no.h5
fails 2 dm-sample oracle.json --from data.h5 -n 201 -o no.h5
fails 65 dm-sample normal.json --from model.h5:/params/layer0/weight -o no.h5
fails 2 dm-sample oracle.json --corrector langevin --norm batch-mean -o no.h5
says 'depend on which others'
fails 2 dm-sample oracle.json --clip-x0 3 -o no.h5
fails 2 dm-sample oracle.json --sampler rk45 --process ddpm -o no.h5
fails 2 dm-sample oracle.json --sampler dpmpp-2s --process ddpm --steps 900 -o no.h5
fails 2 dm-sample oracle.json --grid karras --sigma-max 3 --start 0.5 -o no.h5
fails 66 dm-sample oracle.json --from missing.h5 -o no.h5
[[ ! -e no.h5 ]]
