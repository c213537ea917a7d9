# dm-dsbm from the shell: the lines of its help, both ways, held-out times, conditions, oracles as sides, stopping and resuming anywhere, refusals.
dm-data make moons -n 400 --seed 1 -o a.h5
dm-data make 8gaussians -n 300 --seed 2 -o b.h5
dm-data make moons -n 50 --seed 3 -o a_test.h5
cat >normal.json <<'J'
{"density": {"type": "gaussian", "mean": [0, 0], "covariance": 1}}
J
small=(--set network.width=16 --set network.layers=1 --batch 64)
imf=(dm-dsbm a.h5 b.h5 --sigma 1 "${small[@]}" --half-iterations 3 --steps 60 --refresh 25 --cache 200 --no-provenance -q)

"${imf[@]}" -o bridge.h5
dm-sample bridge.h5 --from a_test.h5 --direction forward --steps 20 -q -o moved.h5
dm-sample bridge.h5 --from a_test.h5 --time 0.5 -q -o mid.h5
dm-sample bridge.h5 --from b.h5 --direction backward --sampler heun -q -o back.h5
dm-sample bridge.h5 --from a_test.h5 --path --steps 5 -q -o path.h5
[[ $(dm-data export moved.h5 | wc -l) == 51 ]]

# What the end of each half-iteration was like: on standard error and in the file.
dm-data info bridge.h5 >info
grep -qE '^bridge.h5: a transport in 2 dimensions by dsbm-imf, sigma 1(.0)?$' info
[[ $(grep -c '^  step' info) == 3 ]]
grep -qE '^  step 120, forward: W2 to the second set [0-9.]+ \(rows of that set among themselves [0-9.]+\), path energy [0-9.]+$' info
"${imf[@]:0:${#imf[@]}-1}" -o said.h5 2>notes
grep '^  step' info | while read -r line; do grep -qF "dm-dsbm: $line" notes; done
dm-data info bridge.h5 --json | grep -q '"phases":\[{"step":60,"phase":1,"direction":"backward","w2":[0-9.]*,"w2_floor":'

# Threads, and a stop inside any half-iteration, leave the bytes as they are.
long=(dm-dsbm a.h5 b.h5 --sigma 1 --set network.width=64 --batch 256 --half-iterations 3 --steps 400 --refresh 150 --cache 500 --no-provenance -q)
"${long[@]}" -o whole.h5
OMP_NUM_THREADS=3 "${long[@]}" -o threads.h5
same whole.h5 threads.h5
resumes whole.h5 "100 450 900" "${long[@]}"

dm-dsbm normal.json b.h5 --method cfm "${small[@]}" --steps 50 -q -o flow.h5
dm-sample flow.h5 -n 20 -q -o drawn.h5 # the first set is a law: rows are drawn from it
[[ $(dm-data export drawn.h5 | wc -l) == 21 ]]
dm-sample flow.h5 -n 20 --params ema -q -o average.h5
dm-sample flow.h5 -n 20 --params live -q -o live.h5
sum() { dm-data checksum "$1" | cut -d' ' -f1; }
[[ $(sum drawn.h5) == $(sum average.h5) && $(sum drawn.h5) != $(sum live.h5) ]]
dm-eval average.h5 --model flow.h5 --params live --metrics nll --json -q | grep -q '"params":"live"'

# What has not converged is said, and steps whose noise covers a column that is narrow beside it.
fails 0 dm-dsbm a.h5 b.h5 "${small[@]}" --half-iterations 2 --steps 2 -o raw.h5
says 'warning: it has not converged: rows that are taken (forward|backward) end [0-9.]+ \(W2\) from the (first|second) set, and rows of that set lie [0-9.]+ from each other'
fails 0 dm-sample bridge.h5 --from a_test.h5 --steps 2 -o few.h5
says 'warning: the noise of the last of the 2 steps, 0.707, stays in the rows and is more than half of the standard deviation of column [12]'
fails 0 dm-sample bridge.h5 --from a_test.h5 --steps 200 -o many.h5
[[ $(<stderr) != *warning* ]]
fails 0 dm-sample bridge.h5 --from a_test.h5 --steps 2 --final step -o mean.h5
[[ $(<stderr) != *warning* ]]
fails 2 dm-sample flow.h5 -n 20 --sampler euler-maruyama -q -o x.h5
says 'knows no score'
fails 2 dm-sample flow.h5 -n 20 --noise 0 --direction backward -q -o x.h5
says 'give them with --from'

# A condition of one of the sets.
dm-data make two_moons -n 300 --seed 4 -o joint.h5
dm-dsbm joint.h5 normal.json "${small[@]}" --half-iterations 2 --steps 40 -q -o told.h5
printf '0.1,0.2\n' >obs.csv
fails 2 dm-sample told.h5 --direction backward --from a_test.h5 -q -o x.h5
says 'give the observations with --y'
dm-sample told.h5 --direction backward --from a_test.h5 --y obs.csv -q -o posterior.h5
fails 65 dm-dsbm joint.h5 joint.h5 "${small[@]}" -q -o x.h5
says 'both sets carry a condition'

fails 2 dm-sample bridge.h5 --from a_test.h5 --start 0.5 --time 0.2 -q -o x.h5
says 'which is not forward'
fails 2 dm-sample bridge.h5 --from a_test.h5 --noise 0.3 -q -o x.h5
fails 65 dm-dsbm a.h5 <(printf '1\n2\n') -q -o x.h5
says 'columns'
dm-dsbm a.h5 b.h5 "${small[@]}" --half-iterations 1 --steps 20 -q -o half.h5
fails 2 dm-sample half.h5 --from a_test.h5 -q -o x.h5
says 'forward network of this bridge has not been trained'

# What is said of half-iterations must fit together.
need_oracles h5py || exit 0
cp bridge.h5 damaged.h5
chmod u+w damaged.h5
/usr/bin/python3 - <<'PY'
import h5py
with h5py.File("damaged.h5", "a") as f:
    del f["phases/forward"]
    f["phases"].create_dataset("forward", data=[1])
PY
fails 65 dm-data info damaged.h5
says 'damaged'

# Forth and back with one seed: the noise of rows from a file is keyed by what they are, so the second way does not meet the first one's.
echo '{"bridge": {"type": "gaussian", "mean0": [0], "mean1": [0], "sigma": 1}}' >line.json
dm-sample line.json -n 10000 -q -o there.h5
dm-sample line.json --from there.h5 --direction backward -q -o again.h5
dm-eval again.h5 there.h5 --metrics moments --floor none --assert 'moments.covariance_error < 0.1' -q >/dev/null

# What would give another law is refused: moves of a diffusion on a bridge, pairs that are matched without a look at y.
for other in "--corrector ald" "--sampler heun --s-churn 5" "--sampler ula" "--sampler annealed-langevin"; do
  # shellcheck disable=SC2086
  fails 2 dm-sample bridge.h5 --from a_test.h5 $other -q -o x.h5
  says "a bridge's law is not made for"
done
for method in ot-cfm sb-cfm sf2m; do
  fails 2 dm-dsbm normal.json joint.h5 --method $method "${small[@]}" --steps 10 -q -o x.h5
  says 'blind to /y'
done
dm-ipf a.h5 b.h5 --method ridge --half-iterations 1 --sigma 1 -q -o ridge.h5
fails 2 dm-sample ridge.h5 --from a_test.h5 -q -o x.h5
says 'has not been fitted'

# Nothing that is read is overwritten, and a stopped run's checkpoint is kept.
fails 2 dm-sample bridge.h5 --from a_test.h5 -f -q -o a_test.h5
says 'both input and output'
cp bridge.h5 kept.h5.checkpoint
fails 73 dm-dsbm a.h5 b.h5 "${small[@]}" --half-iterations 1 --steps 10 -q -o kept.h5
says 'Continue it with --resume'
dm-dsbm a.h5 b.h5 "${small[@]}" --half-iterations 1 --steps 10 -f -q -o kept.h5

# Samples of a transport that was learned from a law are judged without a word on its spec.
dm-eval drawn.h5 b.h5 --metrics w2 --floor none -q >/dev/null
