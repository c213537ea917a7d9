# dm-ipf: plans of two sets, what is read off them, and dm-sample moving rows with them.
# py FILE EXPRESSION: the expression over r, the parsed JSON, is true.
py() { /usr/bin/python3 -c 'import json,math,sys; r=json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else "not so in %s: %s" % tuple(sys.argv[1:]))' "$1" "$2"; }

# Two points at 0 and 4 against 1: the plan is the product, <C,P> = (1/2 + 9/2) / 2, KL = 0; the pooled standard deviation is sqrt(8 / 3).
printf '0\n4\n' >two.csv
printf '1\n' >one.csv
dm-ipf two.csv one.csv --json -o tiny.h5 >tiny.json 2>note
py tiny.json "abs(r['transport'] - 2.5) < 1e-6 and abs(r['kl']) < 1e-7 and r['status'] == 'converged' and r['mode'] == 'stored' and abs(r['eps'] - 2 / 3) < 1e-12"
grep -q 'sigma 0.816.*half the pooled standard deviation' note
grep -q 'stored kernel.*converged.*Marginal errors' note
dm-ipf tiny.h5 --emit matrix -o m.h5
[[ $(dm-data export m.h5 | /usr/bin/awk 'NR > 1 { printf "%.6f ", $1 }') == '0.500000 0.500000 ' ]]
dm-sample tiny.h5 -n 20 --final step -o ones.h5 -q # every row ends on the one point
/usr/bin/awk 'NR > 1 && ($1 - 1 > 1e-9 || 1 - $1 > 1e-9) { exit 1 }' <(dm-data export ones.h5)

# Moons to eight Gaussians.
dm-data make moons -n 400 --seed 1 -o a.h5
dm-data make 8gaussians -n 500 --seed 2 -o b.h5
dm-ipf a.h5 b.h5 --sigma 1 --json -q -o plan.h5 >plan.json
py plan.json "r['row_error'] < 1e-6 and r['column_error'] < 1e-6 and 0 <= r['gap'] < 1e-4 and r['dual'] <= r['primal'] and r['eps'] == 1"
dm-data info plan.h5 | grep -q 'a bridge between 400 rows and 500 rows in 2 dimensions, sigma 1.0, reference brownian; stored kernel'
dm-data info plan.h5 --json >info.json
py info.json "r['type'] == 'dm-plan' and r['rows'] == [400, 500] and r['report']['status'] == 'converged' and len(r['data_sha256']) == 2"

# the same bytes for any number of threads, in either mode; modes and starts agree
for mode in stored online; do
  for n in 1 2 5; do
    OMP_NUM_THREADS=$n dm-ipf a.h5 b.h5 --sigma 1 --mode $mode --no-provenance -q -o "$mode$n.h5"
  done
  same ${mode}1.h5 ${mode}2.h5
  same ${mode}1.h5 ${mode}5.h5
done
differ stored1.h5 online1.h5
dm-ipf a.h5 b.h5 --sigma 0.4 --json -q -o cold.h5 >cold.json
dm-ipf a.h5 b.h5 --sigma 0.4 --start plan.h5 --json -q -o warm.h5 >warm.json
/usr/bin/python3 - <<'PY'
import json
cold, warm = (json.load(open(f + '.json')) for f in ('cold', 'warm'))
assert warm['scaling_iterations'] == 0 and cold['scaling_iterations'] > 0
assert abs(cold['dual'] - warm['dual']) < 1e-6 * cold['dual'], (cold, warm)
PY
dm-ipf a.h5 b.h5 --sigma 0.4 --start cold.h5 --json -q -o again.h5 >again.json
py again.json "r['iterations'] <= 3"
dm-ipf a.h5 b.h5 --sigma 1 --no-over-relaxation --no-scaling --json -q -o plain.h5 >plain.json
py plain.json "r['omega'] == 1 and 0 < r['rate'] < 1 and r['scaling_iterations'] == 0 and abs(r['primal'] - json.load(open('plan.json'))['primal']) < 1e-4"

# a ridge is judged by rows that it moves: in the file, in a sentence, and with --strict in the status
fails 0 dm-ipf a.h5 b.h5 --sigma 1 --method ridge --half-iterations 4 --json -o ridge.h5 >ridge.json
[[ $(<stderr) != *warning* ]]
py ridge.json "r['w2'] < 2 * r['w2_floor'] and r['direction'] == 'forward' and 'warning' not in r"
fails 0 dm-ipf a.h5 b.h5 --sigma 0.2 --method ridge --half-iterations 1 --json -o rough.h5 >rough.json
says 'warning: it has not converged: rows that are taken backward end [0-9.]+ .W2. from the first set.*More --half-iterations'
py rough.json "r['w2'] > 2 * r['w2_floor'] and r['direction'] == 'backward' and r['warning'].startswith('it has not')"
fails 1 dm-ipf a.h5 b.h5 --sigma 0.2 --method ridge --half-iterations 1 --strict -o strict.h5
[[ ! -e strict.h5 ]]

# what is read off a plan, at once or from the file
dm-ipf plan.h5 --emit pairs --seed 3 -o pairs.h5
dm-ipf a.h5 b.h5 --sigma 1 --emit pairs --seed 3 -q -o pairs2.h5
[[ $(dm-data checksum pairs.h5 | cut -d' ' -f1) == $(dm-data checksum pairs2.h5 | cut -d' ' -f1) ]]
dm-ipf plan.h5 --emit map -o map.h5
dm-ipf plan.h5 --emit marginal --time 0 -o start.h5
dm-ipf plan.h5 --emit marginal --time 0.5 -o mid.h5
dm-ipf plan.h5 --emit matrix -o full.h5
dm-ipf plan.h5 --emit matrix --threshold 0.5 -o listed.h5
if need_oracles h5py; then
  /usr/bin/python3 - <<'PY'
import h5py, numpy as np
r = lambda f, k='x': h5py.File(f + '.h5', 'r')[k][:]
a, b, P = r('a'), r('b'), r('full')
assert P.shape == (400, 500) and abs(P.sum(1) - 1 / 400).sum() < 1e-6 and abs(P.sum(0) - 1 / 500).sum() < 1e-6
p = h5py.File('plan.h5', 'r')
f, g = p['first/potential'][:], p['second/potential'][:]
C = ((a[:, None] - b[None]) ** 2).sum(-1) / 2
assert np.allclose(P, np.exp(f[:, None] + g[None] - C) / 400 / 500, rtol=1e-10, atol=0)
assert (p['first/x'][:] == a).all() and abs(p['second/weights'][:] - 1 / 500).max() < 1e-16 and p.attrs['encoding-type'] == 'dm-plan'
assert np.allclose(r('map'), P @ b * 400, atol=1e-5) and (r('map', 'y') == a).all()
j = r('pairs', 'index')
assert (r('pairs') == b[j]).all() and (r('pairs', 'y') == a).all() and len(j) == 400
assert (r('start') == a).all() and (r('mid', 't') == .5).all()
i, j, mass = r('listed').T
assert (P[i.astype(int), j.astype(int)] == mass).all() and len(mass) == (P >= .5 / 400 / 500).sum() > 0
PY
fi

# dm-sample: rows of the sets or others, either way, to any time, with the way they took
dm-data make moons -n 300 --seed 5 -o fresh.h5
dm-data make 8gaussians -n 2000 --seed 6 -o ref.h5
dm-data make moons -n 2000 --seed 7 -o moons.h5
dm-sample plan.h5 --from fresh.h5 --path --steps 10 -o path.h5 -q
dm-data info path.h5 --json | grep -q '"path":\[11,300,2\]'
# what arrives is judged by the set that the plan was made of: 2,000 rows stray by .1 to .3, those not moved lie 3 away
dm-sample plan.h5 --from moons.h5 -o moved.h5 -q
dm-eval moved.h5 b.h5 --metrics sw2 --floor none --assert 'sw2 < 0.4' -q >/dev/null
dm-sample plan.h5 --from ref.h5 --direction backward -o back.h5 -q
dm-eval back.h5 a.h5 --metrics sw2 --floor none --assert 'sw2 < 0.15' -q >/dev/null
dm-sample plan.h5 --from fresh.h5 --time 0.5 -o half.h5 -q
dm-eval half.h5 mid.h5 --metrics w2 --floor none --assert 'w2 < 0.8' -q >/dev/null
dm-sample plan.h5 -n 50 --seed 4 -o own.h5 -q # from rows of the first set
for n in 1 3; do OMP_NUM_THREADS=$n dm-sample plan.h5 --from fresh.h5 --no-provenance -q -o "t$n.h5"; done
same t1.h5 t3.h5

# weights, another reference, masses that may differ, grids
printf 'x,w\n0,1\n1,0\n2,3\n' >w.csv
dm-data import w.csv --x x --weights w -o w.h5
dm-ipf w.h5 two.csv --sigma 1 -q -o w.plan.h5
dm-ipf w.plan.h5 --emit matrix -o wm.h5
[[ $(dm-data export wm.h5 | sed -n 3p) == 0,0 ]]
dm-ipf w.plan.h5 --emit pairs -o wp.h5
dm-data info wp.h5 | grep -q weights
dm-ipf a.h5 b.h5 --sigma 1 --reference ou --rate 1 -q -o ou.h5
dm-sample ou.h5 --from moons.h5 -o ou.moved.h5 -q
dm-eval ou.moved.h5 b.h5 --metrics sw2 --floor none --assert 'sw2 < 0.4' -q >/dev/null
dm-ipf a.h5 b.h5 --sigma 1 --unbalanced 2 --json -q -o free.h5 >free.json
py free.json "r['status'] == 'converged' and abs(r['gap']) < 1e-4 and r['transport'] < json.load(open('plan.json'))['transport']"
dm-ipf free.h5 --emit marginal --time 0.5 -o free.mid.h5
dm-ipf free.h5 --emit matrix -o free.matrix.h5
if need_oracles h5py; then # its rows weigh what the plan takes from the first set
  /usr/bin/python3 -c "
import h5py
w, P = h5py.File('free.mid.h5')['weights'][:], h5py.File('free.matrix.h5')['x'][:]
assert abs(w - P.sum(1)).max() < 1e-12 and w.max() > 1.2 * w.min()"
fi
dm-ipf a.h5 b.h5 --sigma 1 --unbalanced 2 --side second --json -q -o free2.h5 >free2.json
py free2.json "r['status'] == 'converged' and r['primal'] > json.load(open('free.json'))['primal']"
/usr/bin/awk 'BEGIN { for (i = 0; i < 12; ++i) for (j = 0; j < 10; ++j) print i / 4 "," j / 5 }' >grid.csv
dm-ipf grid.csv grid.csv --sigma 0.3 --json -q -o grid.h5 >grid.json
py grid.json "r['mode'] == 'separable' and r['status'] == 'converged'"
dm-ipf grid.csv grid.csv --sigma 0.3 --mode stored --json -q -o grid2.h5 >grid2.json
py grid2.json "r['mode'] == 'stored' and abs(r['primal'] - json.load(open('grid.json'))['primal']) < 1e-5"

# not converged: said, in the file too, and an error only where asked
dm-ipf a.h5 b.h5 --sigma 0.1 --iterations 2 -o poor.h5 2>note
grep -q 'warning: the method did not converge (iterations).*--iterations' note
dm-data info poor.h5 | grep -q ': iterations\.'
dm-ipf poor.h5 --emit map -o poor.map.h5 2>note
grep -q 'did not converge' note
fails 1 dm-ipf a.h5 b.h5 --sigma 0.1 --iterations 2 --strict -o none.h5
says 'did not converge'
[[ ! -e none.h5 ]]

# what is refused
fails 2 dm-ipf a.h5 -o x.h5
says 'a bridge needs two'
fails 2 dm-ipf plan.h5 -o x.h5
says 'is a plan already'
fails 2 dm-ipf plan.h5 b.h5 --emit map -o x.h5
says 'is a plan already'
fails 65 dm-ipf a.h5 one.csv -o x.h5
says 'same space'
fails 2 dm-ipf a.h5 b.h5 --mode separable -o x.h5
says 'full grids'
fails 65 dm-ipf two.csv one.csv --start plan.h5 -o x.h5
says '2 dimensions'
fails 65 dm-ipf one.csv one.csv -o x.h5
says '--sigma'
fails 65 dm-ipf a.h5 b.h5 --start a.h5 -o x.h5
says 'a plan \(dm-plan\) was expected'
fails 65 dm-train plan.h5 -o x.h5
fails 2 dm-ipf plan.h5 --emit matrix --threshold 1e9 -o x.h5
says 'lower it'
fails 2 dm-sample plan.h5 --from fresh.h5 --noise 0.5 -o x.h5
if need_oracles h5py; then # a damaged plan
  cp plan.h5 broken.h5
  /usr/bin/python3 -c "import h5py; f = h5py.File('broken.h5', 'r+'); f['second/potential'][3] = float('nan')"
  fails 65 dm-sample broken.h5 --from fresh.h5 -o x.h5
  says '/second.*damaged'
  cp plan.h5 broken.h5
  /usr/bin/python3 -c "import h5py; f = h5py.File('broken.h5', 'r+'); f.attrs['spec'] = f.attrs['spec'].replace('[400,500]', '[400,900000000]')"
  fails 65 dm-ipf broken.h5 --emit map -o x.h5
  says 'shape'
fi
