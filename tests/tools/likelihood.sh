# dm-eval's nll: likelihoods of oracles and models from the shell.
# py FILE EXPRESSION: the expression over r, the parsed JSON, is true.
py() { /usr/bin/python3 -c 'import json,math,sys; r=json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else "not so in %s: %s" % tuple(sys.argv[1:]))' "$1" "$2"; }

# An oracle with its closed form: N(0, .25) at x = .5, where -log p is its mean over the law; the reference N(0, 50^2) and the first
# level .002 are not quite right, and the value is that of the wrong law.
echo '{"density": {"type": "gaussian", "mean": [0], "covariance": 0.25}}' >normal.json
printf 'a\n0.5\n-0.5\n' >half.csv
nll=(dm-eval half.csv --model normal.json --metrics nll -q)
"${nll[@]}" --sigma-max 50 --process ve --rtol 1e-10 --atol 1e-10 --json >half.json
py half.json "abs(r['nll']['bits_per_dim'] - 1.04709559) < 6e-9 and abs(r['nll']['value'] / math.log(2) - r['nll']['bits_per_dim']) < 1e-12"
py half.json "r['nll']['floor'] is None and 'entropy' in r['nll']['floor_reason'] and r['rows']['reference'] is None and 'reference' not in r"
py half.json "r['nll']['divergence'] == 'exact' and r['nll']['probe_error'] is None and r['nll']['sigma'] == .002 and r['model']['file'] == 'normal.json'"
"${nll[@]}" --process ve --sampler heun --steps 400 --json >heun.json
py heun.json "abs(r['nll']['bits_per_dim'] - 1.0471) < 1e-3 and r['nll']['sampler'] == 'heun'"
"${nll[@]}" --process ve --end 0.5 --json >later.json
py later.json "abs(r['nll']['sigma'] - .4) < 1e-9 and r['nll']['value'] > 0"
dm-eval half.csv --model normal.json --metrics '{"type": "nll", "offset": 7}' --sigma-max 50 --process ve --rtol 1e-10 --atol 1e-10 --json -q >offset.json
py offset.json "abs(r['nll']['bits_per_dim'] - 8.04709559) < 6e-9 and r['nll']['value'] == json.load(open('half.json'))['nll']['value']"

# assertions, the table, a reference beside it
"${nll[@]}" --assert 'nll < .8,nll.bits_per_dim > 1' >table.txt
grep -q '^nll  .* -  .*bits_per_dim 1.0471' table.txt
grep -q '^rows: 2 samples; seed 1' table.txt
fails 1 "${nll[@]}" --assert 'nll < .7'
fails 1 "${nll[@]}" --assert 'nll/floor < 2'
says 'nll.floor is null \(no model has'
dm-sample normal.json -n 400 --seed 2 -q -o data.h5
dm-sample normal.json -n 400 --seed 3 -q -o more.h5
dm-eval data.h5 more.h5 --model normal.json --metrics w1,nll --json -q >both.json
py both.json "r['w1']['value'] < .2 and abs(r['nll']['value'] - .7258) < 4 * r['nll']['standard_error']"

# A trained model: held-out rows, the exact trace within the error of the probes, one file of log-densities.
dm-data make moons -n 3000 --seed 1 -o moons.h5
dm-data make moons -n 150 --seed 2 -o test.h5
dm-train moons.h5 -o model.h5 --seed 1 --steps 400 --set network.width=64 -q
dm-eval test.h5 --model model.h5 --metrics nll --json -o exact.h5 -q >exact.json
for n in 1 3; do
  OMP_NUM_THREADS=$n dm-eval test.h5 --model model.h5 --metrics nll --probes 8 --seed 5 --json -o probed.h5 --force -q >probed.json
  dm-data export probed.h5 >"probed$n.csv"
done
same probed1.csv probed3.csv
/usr/bin/python3 - <<'PY'
import json, math
e, p = (json.load(open(f + '.json'))['nll'] for f in ('exact', 'probed'))
assert math.isfinite(e['value']) and p['probe_error'] > 0 and p['probes'] == 8 and p['divergence'] == 'rademacher'
assert abs(e['value'] - p['value']) < 4 * p['probe_error'], (e, p)
PY
dm-data export exact.h5 >exact.csv
[[ $(head -n 1 exact.csv) == log_p,row && $(head -n 1 probed1.csv) == log_p,row,probe_error ]]
/usr/bin/awk -F, 'NR > 1 { if ($2 != NR - 2) exit 1; s -= $1 } END { printf "%.10f\n", s / 150 }' exact.csv >mean
py exact.json "abs(r['nll']['value'] - float(open('mean').read())) < 1e-9 and r['warnings'] == [] and r['train']['file'] == 'moons.h5'"
# a row's number is its identity: some rows have the bits that they have among all
dm-eval test.h5 --model model.h5 --metrics nll --probes 8 --seed 5 --rows 20 -o some.h5 -q >/dev/null
dm-data export some.h5 >some.csv
[[ $(tail -n +2 some.csv | sort | uniq | comm -12 - <(sort probed1.csv) | wc -l) == 20 ]]
fails 0 dm-eval moons.h5 --model model.h5 --metrics nll --rows 10
says '3000 rows .* training data; log p is not that of held-out rows'
dm-eval test.h5 --model model.h5 --metrics nll -o - -q | dm-data export - >piped.csv
same piped.csv exact.csv

# the condition comes from the samples' /y or from --y
dm-data make gaussian_linear -n 600 --seed 1 -o joint.h5
dm-train joint.h5 -o posterior.h5 --seed 1 --steps 50 --set network.width=32 -q
dm-data make gaussian_linear -n 20 --seed 2 -o fresh.h5
dm-eval fresh.h5 --model posterior.h5 --metrics nll --rtol 1e-3 --atol 1e-3 --json -q >own.json
dm-eval fresh.h5 --model posterior.h5 --metrics nll --rtol 1e-3 --atol 1e-3 --y fresh.h5 --json -q >told.json
/usr/bin/python3 -c "import json; a, b = (json.load(open(f))['nll'] for f in ('own.json', 'told.json')); assert a == b"
dm-data export fresh.h5 >fresh.csv
cut -d, -f1-10 fresh.csv >bare.csv
fails 2 dm-eval bare.csv --model posterior.h5 --metrics nll
says '10 columns.*--y FILE'
fails 2 dm-eval test.h5 --model model.h5 --metrics nll --y fresh.h5
says 'without a condition'

# A transport as the model: its flow back to the set whose density is known. A bridge in closed form ends in its own Gaussian.
echo '{"bridge": {"type": "gaussian", "mean0": [0], "mean1": [0], "cov1": 0.25, "sigma": 0.7}}' >bridge.json
transport=(dm-eval half.csv --metrics nll -q --rtol 1e-9 --atol 1e-9)
"${transport[@]}" --model bridge.json --json >forward.json
py forward.json "abs(r['nll']['value'] - (.5 + .5 * math.log(2 * math.pi * .25))) < 1e-6 and r['nll']['direction'] == 'forward' and r['nll']['t'] == 1"
"${transport[@]}" --model bridge.json --direction backward --json >backward.json
py backward.json "abs(r['nll']['value'] - (.125 + .5 * math.log(2 * math.pi))) < 1e-6 and r['nll']['direction'] == 'backward' and r['nll']['t'] == 0"
echo '{"density": {"type": "gaussian", "mean": [0]}}' >unit.json
dm-dsbm unit.json data.h5 --method cfm --steps 300 --set network.width=32 -q -o flow.h5
dm-eval more.h5 --model flow.h5 --metrics nll --json -q -o flow-rows.h5 >flow.json
py flow.json ".6 < r['nll']['value'] < 1 and r['nll']['sampler'] == 'rk45' and r['model']['file'] == 'flow.h5' and r['warnings'] == []"
dm-data export flow-rows.h5 | head -n 1 | grep -qx log_p,row
fails 2 dm-eval more.h5 --model flow.h5 --metrics nll --direction backward
says 'second set, and the density of that one is not known'
fails 2 dm-eval more.h5 --model flow.h5 --metrics ddim-kl
says 'take the metric nll'
fails 2 dm-eval half.csv --model normal.json --metrics nll --direction backward
says 'leave it out'
dm-ipf data.h5 more.h5 --method gaussian -q -o gaussian.h5
dm-eval more.h5 --model gaussian.h5 --metrics nll --assert 'nll < .9' -q >/dev/null
dm-ipf data.h5 more.h5 -q -o plan.h5
fails 2 dm-eval more.h5 --model plan.h5 --metrics nll
says 'first set, and the density of that one is not known'

# The variational bound of DDIM's chain: above the exact value, its terms add up, errors, options, files.
dm-sample normal.json -n 2000 --seed 4 -q -o many.h5
bound=(dm-eval many.h5 --model normal.json -q --sigma-max 50 --process ve)
"${bound[@]}" --steps 400 --metrics '["nll",{"type":"ddim-kl","draws":4}]' --json -o rows.h5 >bound.json
py bound.json "r['nll']['value'] + .05 < r['ddim-kl']['value'] < r['nll']['value'] + .5"
py bound.json "abs(sum(r['ddim-kl'][k] for k in ('prior','transitions','decoder','codec')) - r['ddim-kl']['value']) < 1e-9"
py bound.json "r['ddim-kl']['eta_0'] == .002 and r['ddim-kl']['steps'] == 400 and r['ddim-kl']['evaluations'] == 1600 and r['ddim-kl']['draw_error'] > 0"
py bound.json "abs(r['ddim-kl']['value'] / math.log(2) - r['ddim-kl']['bits_per_dim']) < 1e-12 and 'entropy' in r['ddim-kl']['floor_reason']"
dm-data export rows.h5 >rows.csv
[[ $(head -n 1 rows.csv) == log_p,row,log_p_bound,draw_error ]]
/usr/bin/awk -F, 'NR > 1 { s -= $3 } END { printf "%.10f\n", s / 2000 }' rows.csv >mean
py bound.json "abs(r['ddim-kl']['value'] - float(open('mean').read())) < 1e-9"
"${bound[@]}" --steps 50 --metrics '{"type":"ddim-kl","eta":0.5}' --json >half-eta.json
py half-eta.json "r['ddim-kl']['value'] > json.load(open('bound.json'))['ddim-kl']['value'] + 1 and r['ddim-kl']['draw_error'] is None"
dm-eval many.h5 --model normal.json -q --process ddpm --steps 1000 --metrics ddim-kl --assert 'ddim-kl < 1.5,ddim-kl.transitions > 0' >/dev/null
dm-eval test.h5 --model model.h5 --metrics ddim-kl,nll --steps 50 --json -q >trained.json
py trained.json "r['ddim-kl']['value'] > r['nll']['value'] and r['ddim-kl']['codec'] != 0"
fails 2 "${bound[@]}" --metrics ddim-kl --sampler ddim
says '--sampler is for the metric nll; add it'
fails 2 "${bound[@]}" --metrics ddim-kl --probes 3
says '--probes is for the metric nll'
fails 2 "${bound[@]}" --metrics '{"type":"ddim-kl","eta":0}'
says 'eta: found 0'
fails 2 dm-eval many.h5 --metrics ddim-kl
says '--model FILE'

# what is refused
fails 2 dm-eval half.csv --metrics nll
says '--model FILE'
fails 2 dm-eval half.csv --model normal.json
says '--model is for the metrics nll and ddim-kl'
fails 2 dm-eval half.csv half.csv --metrics w1 --divergence exact
says '--divergence is for the metric nll'
fails 2 dm-eval half.csv --metrics w2
says "'w2' compares the samples with reference rows"
fails 2 dm-eval half.csv half.csv --metrics w1 -o out.h5
says '-o is for the metrics nll and ddim-kl'
fails 2 "${nll[@]}" --sampler ddim --eta 1
says 'adds noise'
fails 2 "${nll[@]}" --floor half.csv
says 'there is no reference'
fails 65 dm-eval test.h5 --model normal.json --metrics nll
says '2 columns, the model has 1'
fails 66 dm-eval half.csv --model nowhere.h5 --metrics nll
