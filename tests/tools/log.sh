# shellcheck shell=bash
# What a training writes down on its way (--log), and rows held out that come from another file (--validation).
dm-data make moons -n 2000 --seed 1 -q -o train.h5
dm-data make moons -n 500 --seed 2 -q -o test.h5
dm-data make 8gaussians -n 500 --seed 3 -q -o other.h5
steps=(--steps 4000 --set network.width=16 --batch 64 -q --no-provenance)
timeless() { sed -E 's/,"seconds":[0-9.e-]+\}$/}/' "$@"; }

# a line every 400th part, with the held-out loss at each hundredth; the model is the one of a run without a log
dm-train train.h5 "${steps[@]}" --held-out .2 -o plain.h5
dm-train train.h5 "${steps[@]}" --held-out .2 --log whole.jsonl -o whole.h5
same plain.h5 whole.h5
[[ $(wc -l <whole.jsonl) == 400 && $(grep -c held_out whole.jsonl) == 100 ]]
head -1 whole.jsonl | grep -qE '^\{"step":10,"loss":[0-9.e-]+,"rate":[0-9.e-]+,"gradient":[0-9.e-]+,"seconds":[0-9.e-]+\}$'
if need_oracles h5py numpy; then
  /usr/bin/python3 - <<'PYTHON'
import h5py, json
f = h5py.File('whole.h5')
lines = [json.loads(l) for l in open('whole.jsonl')]
assert [l['loss'] for l in lines] == list(f['loss'][:]) and [l['step'] for l in lines] == list(f['loss_step'][:])
assert [l['held_out'] for l in lines if 'held_out' in l] == list(f['held_out'][:])
assert all(a['seconds'] <= b['seconds'] for a, b in zip(lines, lines[1:]))
import math
rate = lambda k: 4e-3 * min(1, (k + 1) / 200) * .5 * (1 + math.cos(math.pi * k / 4000))
assert all(abs(l['rate'] / rate(l['step'] - 1) - 1) < 1e-12 for l in lines)
PYTHON
fi

# stopped and continued, and killed behind a checkpoint and continued: the lines of the whole run, each once
stopped TERM part.h5 dm-train train.h5 "${steps[@]}" --held-out .2 --checkpoint 700 --resume --log part.jsonl -o part.h5
dm-train train.h5 "${steps[@]}" --held-out .2 --checkpoint 700 --resume --log part.jsonl -o part.h5
same part.h5 whole.h5
cmp <(timeless part.jsonl) <(timeless whole.jsonl)
rm part.h5
stopped TERM part.h5 dm-train train.h5 "${steps[@]}" --held-out .2 --checkpoint 700 --resume --log part.jsonl -f -o part.h5
cp whole.jsonl part.jsonl # as if it had run on, and died in the middle of a line
printf '{"step":4010,"lo' >>part.jsonl
dm-train train.h5 "${steps[@]}" --held-out .2 --checkpoint 700 --resume --log part.jsonl -o part.h5
cmp <(timeless part.jsonl) <(timeless whole.jsonl)
cp part.jsonl kept.jsonl
dm-train train.h5 "${steps[@]}" --held-out .2 --resume --log part.jsonl -o part.h5 # complete
same part.jsonl kept.jsonl

# what stands there is kept
fails 73 dm-train train.h5 "${steps[@]}" --log whole.jsonl -o x.h5
says "log 'whole.jsonl' exists and is kept.*--force"
printf 'a,b\n1,2\n' >table.csv
fails 73 dm-train train.h5 "${steps[@]}" --resume --log table.csv -o x.h5
says "'table.csv' is kept: its line 1 is none of a log"
[[ $(cat table.csv) == $'a,b\n1,2' ]]
fails 2 dm-train train.h5 "${steps[@]}" --log - -o x.h5
says 'standard output carries data'
fails 73 dm-train train.h5 "${steps[@]}" --log nowhere/x.jsonl -o x.h5
fails 74 dm-train train.h5 "${steps[@]}" --log /dev/full -o x.h5
says "cannot write to the log '/dev/full': No space left"
[[ ! -e x.h5 ]]
dm-train train.h5 --steps 400 "${steps[@]:2}" --log /dev/stderr -o x.h5 2>lines
[[ $(wc -l <lines) == 400 ]]
dm-train train.h5 --steps 100 "${steps[@]:2}" --log whole.jsonl -f -o x.h5
[[ $(wc -l <whole.jsonl) == 100 ]]

# half-iterations: their number, and what each is worth at its end; the same after a kill at the very end of one
bridge=(dm-dsbm train.h5 other.h5 --half-iterations 3 --steps 400 --batch 32 --set network.width=16 -q --no-provenance)
"${bridge[@]}" --log bridge.jsonl -o bridge.h5
[[ $(grep -c '"phase":2,"loss"' bridge.jsonl) == 133 && $(grep -c '"direction".*"w2".*"w2_floor".*"energy"' bridge.jsonl) == 3 ]]
timeless bridge.jsonl >bridge.lines
stopped TERM half.h5 "${bridge[@]}" --checkpoint 400 --resume --log half.jsonl -o half.h5
timeless half.jsonl | cmp - <(head -"$(wc -l <half.jsonl)" bridge.lines)
"${bridge[@]}" --checkpoint 400 --resume --log half.jsonl -o half.h5
same half.h5 bridge.h5
timeless half.jsonl | cmp - bridge.lines
fails 2 dm-ipf train.h5 other.h5 --log x.jsonl -o x2.h5
says '--log is kept of a training'

# rows held out that come from another file choose the parameters, and nothing else: the training is that of the whole first file
dm-train train.h5 "${steps[@]}" --held-out 0 -o alone.h5
dm-train train.h5 "${steps[@]}" --validation test.h5 --log valid.jsonl -o valid.h5
cp test.h5 elsewhere.h5
dm-train train.h5 "${steps[@]}" --validation elsewhere.h5 -o valid2.h5
same valid.h5 valid2.h5 # its rows count, not where they lie
if need_oracles h5py numpy; then
  /usr/bin/python3 - <<'PYTHON'
import h5py, json
a, v = h5py.File('alone.h5'), h5py.File('valid.h5')
def leaves(f):
    out = {}
    f.visititems(lambda n, o: out.__setitem__(n, o[()].tobytes()) if isinstance(o, h5py.Dataset) else None)
    return out
a, leaf = leaves(a), leaves(v)
assert {k: leaf[k] for k in leaf if k.startswith(('params', 'codec', 'loss'))} == {k: a[k] for k in a if k.startswith(('params', 'codec', 'loss'))}
assert len(json.loads(v.attrs['spec'])['validation_sha256']) == 64
assert [json.loads(l)['held_out'] for l in open('valid.jsonl') if 'held_out' in l] == list(v['held_out'][:])
PYTHON
fi
# rows of another law are fitted ever worse: the training ends early, says so, and keeps what was best
dm-train train.h5 --steps 4000 --set network.width=16 --batch 64 --rate .02 --no-provenance --validation other.h5 --patience 2 --log early.jsonl -o early.h5 2>stderr
says 'stopped at step [0-9]+ of 4000: the loss of the held-out rows was lowest at step'
(($(tail -1 early.jsonl | sed 's/{"step":\([0-9]*\).*/\1/') < 4000))
# rows that are learned as well judge nothing
dm-data merge train.h5 test.h5 -q -o both.h5
dm-train both.h5 --steps 1 --validation test.h5 -o seen.h5 2>stderr
says "warning: ([0-9]+) rows of 'test.h5' \\(of \\1\\) are bit-equal to rows of 'both.h5'"
dm-train train.h5 --steps 1 --validation test.h5 -o unseen.h5 2>stderr
if grep bit-equal stderr; then broken; fi
fails 2 dm-train train.h5 "${steps[@]}" --validation test.h5 --held-out .1 -o y.h5
says '--validation gives the rows.*leave one'
fails 66 dm-train train.h5 "${steps[@]}" --validation none.h5 -o y.h5
fails 2 dm-train train.h5 "${steps[@]}" --validation test.h5 -f -o test.h5
dm-data import test.h5:/x --x 1 -q -o one.h5
fails 65 dm-train train.h5 "${steps[@]}" --validation one.h5 -o y.h5
says "'one.h5' has 1 column; 'train.h5' has 2 columns"
dm-data make two_moons -n 300 -q -o sims.h5
fails 65 dm-train sims.h5 "${steps[@]}" --validation test.h5 -o y.h5
says "no condition /y"
dm-data make two_moons -n 200 --seed 2 -q -o sims2.h5
dm-train sims.h5 "${steps[@]}" --validation sims2.h5 --log sims.jsonl -o posterior.h5
[[ $(grep -c held_out sims.jsonl) -gt 10 ]]

# distances of rows drawn on the way to those held out: in the log, in the model, and the parameters kept where they are the criterion
few=(--steps 400 --set network.width=16 --batch 64 -q --no-provenance --validation test.h5 --metrics "w2,nn-share")
dm-train train.h5 "${few[@]}" --log drawn.jsonl -o drawn.h5
[[ $(grep -cE '"held_out":[0-9.]+,"w2":[0-9.]+,"w2_floor":[0-9.]+,"nn-share":[0-9.]+,' drawn.jsonl) == 10 ]]
dm-train train.h5 "${few[@]:0:10}" -o undrawn.h5
stopped TERM drawn2.h5 dm-train train.h5 "${few[@]}" --checkpoint 50 --resume --log drawn2.jsonl -o drawn2.h5
dm-train train.h5 "${few[@]}" --checkpoint 50 --resume --log drawn2.jsonl -o drawn2.h5
same drawn2.h5 drawn.h5
cmp <(timeless drawn2.jsonl) <(timeless drawn.jsonl)
if need_oracles h5py numpy; then
  /usr/bin/python3 - <<'PYTHON'
import h5py, json
f, g = h5py.File('drawn.h5'), h5py.File('undrawn.h5')
lines = [l for l in map(json.loads, open('drawn.jsonl')) if 'w2' in l]
for key in 'step', 'w2', 'w2_floor', 'nn-share':
    assert [l[key] for l in lines] == list(f['metrics'][key][:]), key
assert (f['ema/layer0/weight'][:] == g['ema/layer0/weight'][:]).all() # measured, and nothing else
PYTHON
fi
dm-train train.h5 --steps 400 --set network.width=16 --batch 64 --rate .02 --no-provenance --validation other.h5 --metrics w2 --criterion w2 --patience 2 -o early2.h5 2>stderr
says 'step [0-9]+: w2 [0-9.]+ \(floor [0-9.]+\)'
says 'stopped at step [0-9]+ of 400: w2 was lowest at step'
for wrong in "--metrics w2" "--held-out .1 --metrics nll" "--held-out .1 --criterion w2" "--held-out .1 --metrics w2 --criterion mmd" "--held-out .001 --metrics w2" \
  "--held-out .1 --metrics w2 --objective ism"; do
  # shellcheck disable=SC2086
  fails 2 dm-train train.h5 --steps 400 $wrong --dry-run -o y.h5
done

# the log is no input and no output, also under --force, nor the checkpoint, whether the file is there yet or not
cp train.h5 data.h5
for log in data.h5 ./data.h5 y.h5 "$PWD/y.h5" y.h5.checkpoint test.h5; do
  fails 2 dm-train data.h5 "${steps[@]}" --validation test.h5 -f --log "$log" -o y.h5
  says "would be written beside the output, and is '[^']*', an input or output"
done
fails 2 dm-train data.h5 "${steps[@]}" --dry-run -f --log data.h5 -o y.h5
same train.h5 data.h5
[[ ! -e y.h5 && ! -e y.h5.checkpoint ]]
