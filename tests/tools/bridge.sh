#!/bin/bash
# Bridges in closed form as oracles and as generators of pairs; dm-ipf's methods gaussian and ridge.

# Mean and covariance of the columns of a dataset: m1 .. then c11 c12 .. of its first $2 columns.
moments() {
  dm-data export "$1" | /usr/bin/awk -F, -v d="$2" '
    NR > 1 { n++; for (i = 1; i <= d; i++) { s[i] += $i; for (j = 1; j <= d; j++) q[i, j] += $i * $j } }
    END { for (i = 1; i <= d; i++) printf "%.17g ", s[i] / n
          for (i = 1; i <= d; i++) for (j = 1; j <= d; j++) printf "%.17g ", q[i, j] / n - s[i] * s[j] / n / n; print "" }'
}
# near "A.." "B.." TOLERANCE: two lists of numbers agree, number by number.
near() {
  /usr/bin/awk -v a="$1" -v b="$2" -v tol="$3" 'BEGIN { n = split(a, x, " "); m = split(b, y, " "); if (n != m) exit 1
    for (i = 1; i <= n; i++) { d = x[i] - y[i]; if (d < 0) d = -d; if (d > tol) { print a " and " b > "/dev/stderr"; exit 1 } } }'
}

# Pairs of a bridge: x and the y that it comes from; between N(0, 1) and N(1, 1) with sigma 1 their covariance is .618.
dm-data make bridge --bridge gaussian --mean0 0 --mean1 1 -n 20000 -q -o pairs.h5
near "$(moments pairs.h5 2)" "1 0 1 .618 .618 1" .04
dm-data make bridge --bridge gaussian --mean0 0 --mean1 1 -n 300 --no-provenance -q -o few.h5
dm-data export few.h5 >few.csv
dm-data export pairs.h5 >pairs.csv
head -n 301 pairs.csv | cmp - few.csv

# An oracle brings the law of its starts along, either way; pairs and moved rows have one law.
echo '{"bridge": {"type": "mixture", "potential0": {"type": "gaussian", "mean": [0, 0], "covariance": 0.5},
  "potential1": {"type": "gaussian_mixture", "means": [[-2, 0], [2, 0]], "covariances": 0.2}}}' >both.json
echo '{"bridge": {"type": "mixture", "law0": "moons", "potential1": {"type": "gaussian_mixture", "means": [[-2, 0], [2, 0]], "covariances": 0.2}}}' >forward.json
dm-sample both.json -n 20000 --steps 100 -q -o moved.h5
dm-data make bridge --bridge mixture --potential0 gaussian --covariance 0.5 --potential1 '{"type": "gaussian_mixture", "means": [[-2, 0], [2, 0]], "covariances": 0.2}' \
  -n 20000 -q -o law.h5
near "$(moments moved.h5 2)" "$(moments law.h5 2)" .075 # 4 standard errors: the first column has variance 3.3
dm-sample both.json -n 500 --direction backward -q -o back.h5
dm-sample both.json -n 500 --noise 0 -q -o flow.h5
fails 2 dm-sample both.json -n 500 --noise 0.5 --sampler heun -q -o x.h5
says 'asks for dynamics with noise, and the sampler heun as set follows the flow'
fails 2 dm-sample both.json -n 500 --noise 0 --sampler ancestral -q -o x.h5
says 'follows the flow, and the sampler ancestral as set adds noise'
dm-sample forward.json -n 500 -q -o away.h5
fails 2 dm-sample forward.json -n 500 --direction backward -q -o x.h5
says 'the way forward alone'
fails 78 dm-sample <(sed 's/"law0": "moons", //' forward.json) -n 5 -q -o x.h5
says 'one of potential0 and law0'

# The closed form of the moments of two sets is that of the spec with these moments.
dm-data make moons -n 500 --seed 1 -q -o a.h5
dm-data make 8gaussians -n 400 --seed 2 -q -o b.h5
dm-ipf a.h5 b.h5 --method gaussian --sigma 2 -q -o gaussian.h5
read -r a1 a2 a11 a12 a21 a22 <<<"$(moments a.h5 2)"
read -r b1 b2 b11 b12 b21 b22 <<<"$(moments b.h5 2)"
echo "{\"bridge\": {\"type\": \"gaussian\", \"sigma\": 2, \"mean0\": [$a1, $a2], \"cov0\": [[$a11, $a12], [$a21, $a22]], \"mean1\": [$b1, $b2], \"cov1\": [[$b11, $b12], [$b21, $b22]]}}" >fitted.json
dm-sample gaussian.h5 --from a.h5 -q -o moved-gaussian.h5
dm-sample fitted.json --from a.h5 -q -o moved-spec.h5
near "$(dm-data export moved-gaussian.h5 | tail -n +2 | tr ',\n' '  ')" "$(dm-data export moved-spec.h5 | tail -n +2 | tr ',\n' '  ')" 1e-9
dm-data info gaussian.h5 | grep -q 'in closed form'
fails 2 dm-ipf gaussian.h5 --emit pairs -o x.h5
says 'the method gaussian does not have'

# Ridge: the same bytes on any number of threads, either way, and it ends near the other set.
ridge=(dm-ipf a.h5 b.h5 --method ridge --features rbf --centres 30 --half-iterations 4 --sigma 2 --no-provenance -q)
OMP_NUM_THREADS=1 "${ridge[@]}" -o one.h5
OMP_NUM_THREADS=3 "${ridge[@]}" -o three.h5
same one.h5 three.h5
"${ridge[@]}" --seed 7 -o other.h5
differ one.h5 other.h5
dm-sample one.h5 --from a.h5 -q -o there.h5
dm-sample one.h5 --from b.h5 --direction backward -q -o home.h5
dm-sample one.h5 --from a.h5 --time 0.5 --path -q -o half.h5
dm-eval there.h5 b.h5 --metrics w2 --floor none --assert 'w2<1.2' -q >/dev/null # from 4.2
dm-eval home.h5 a.h5 --metrics w2 --floor none --assert 'w2<0.6' -q >/dev/null
fails 2 dm-sample one.h5 -n 5 -q -o x.h5
says 'starts from rows'
fails 2 dm-ipf a.h5 b.h5 --method ridge --start gaussian.h5 -q -o x.h5
says 'leave --start out'

# With a condition: x given y = x + N(0, 1/4) is N(.8 y, .2). The other set is a law, which takes over the conditions.
dm-data make cdsb_1d_rev --variant 2 -n 5000 -q -o sims.h5
echo '{"density": {"type": "gaussian", "mean": [0]}}' >normal.json
dm-ipf sims.h5 normal.json --method ridge --features linear --half-iterations 3 --sigma 1 -o posterior.h5 2>notes
grep -q 'given the 1 columns of /y' notes
dm-sample normal.json -n 4000 --seed 3 -q -o z.h5
echo 1.5 >y.csv
dm-sample posterior.h5 --direction backward --from z.h5 --y y.csv -q -o draws.h5
near "$(moments draws.h5 1)" "1.2 .2" .05
fails 2 dm-sample posterior.h5 --direction backward --from z.h5 -q -o x.h5
says 'none is given'
fails 2 dm-sample gaussian.h5 --from a.h5 --y y.csv -q -o x.h5
says 'leave --y out'
fails 65 dm-ipf sims.h5 z.h5 --method ridge -q -o x.h5
says 'the same were expected'
[[ ! -e x.h5 ]]

# A damaged file is refused before anything is allocated on its word.
need_oracles h5py || exit 0
for file in gaussian.h5 one.h5; do
  cp $file damaged.h5
  chmod u+w damaged.h5
  /usr/bin/python3 - <<'PY'
import h5py, json
with h5py.File("damaged.h5", "a") as f:
    spec = json.loads(f.attrs["spec"])
    spec["dimension"] = 16000000
    f.attrs["spec"] = json.dumps(spec)
PY
  fails 65 dm-sample damaged.h5 --from a.h5 -q -o x.h5
  says 'damaged'
done
