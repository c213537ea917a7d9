#!/bin/bash
# Every objective through the commands: the same bytes on any number of threads and across an interruption; then sampled where the levels
# that the model knows allow it, refused in a sentence where they do not.
# shellcheck disable=SC2154
train=(dm-train rows.h5 --set network.width=16 --set network.layers=2 --batch 100 --seed 1 -q --no-provenance)
dm-data make ninemodes -n 500 --seed 1 -o rows.h5

learn() { # NAME OPTIONS...
  local name=$1 threads
  shift
  for threads in 1 3; do OMP_NUM_THREADS=$threads "${train[@]}" --steps 40 "$@" -o "$name-$threads.h5"; done
  same "$name-1.h5" "$name-3.h5"
}
sampled() { dm-sample "$1-1.h5" -n 50 --steps 8 -q "${@:2}" -o "$1-samples.h5"; }
refused() { # NAME PATTERN
  fails 2 dm-sample "$1-1.h5" -n 50 --steps 8 -q -o no.h5
  says "$2"
}

for weighting in std2 uniform likelihood x0 snr snr+1 truncated-snr min-snr soft-min-snr edm; do
  learn "dsm-$weighting" --objective dsm --process vp --weighting "$weighting" --t-min 0.01
  sampled "dsm-$weighting"
done
learn importance --objective dsm --process vp --weighting likelihood --time importance
sampled importance
learn sub-vp --objective dsm --process sub-vp --t-min 0.01 --predict eps
for sampler in heun ddim ancestral euler-maruyama; do sampled sub-vp --sampler "$sampler" -f; done
learn edm --objective edm --antithetic
sampled edm
learn ddpm --objective ddpm --process ddpm --antithetic --predict eps
sampled ddpm --sampler ancestral
learn ncsn --objective ncsn
sampled ncsn
learn few --objective ncsn --set objective.sigma_max=10
refused few 'was trained at noise levels sigma / alpha from 0.002 to 10'
sampled few --grid karras --sigma-max 10
for one in ism ssm dsm-level; do
  learn "$one" --objective "$one"
  refused "$one" 'was trained at the one noise level'
  says 'only the sampler ula'
  sampled "$one" --sampler ula # without a word about the level
done
learn hutchinson --objective ism --trace rademacher --probes 2 --set objective.sigma=0.1
refused hutchinson 'the one noise level sigma / alpha = 0.1 '
learn sliced --objective ssm --form ssm --projection sphere --probes 2

fails 2 "${train[@]}" --objective ddpm -o no.h5
says 'needs a process with a discrete table'
fails 2 "${train[@]}" --objective dsm --process ddpm --time importance -o no.h5
says 'which needs a process with continuous time'
fails 2 "${train[@]}" --objective ncsn --set objective.sigma_min=2 --set objective.sigma_max=1 -o no.h5
says 'expected less than sigma_max'

# Probes are a function of the step: a run that is stopped and resumed ends in the bytes of the whole run.
long=("${train[@]}" --steps 3000 --objective ism --trace rademacher)
"${long[@]}" -o whole.h5
stopped TERM part.h5 "${long[@]}" -o part.h5 --resume
"${long[@]}" -o part.h5 --resume
same part.h5 whole.h5
