# shellcheck shell=bash disable=SC2016
# Everything that can be wrong with what a user gives, over every command: a row a case. Each must end with exactly this status and a sentence of the command's
# that says what was found; nothing goes to stdout, no file changes, none appears.
need_oracles h5py || exit 0
export OMP_NUM_THREADS=1
shopt -s dotglob
mkdir work && cd work || exit

# ---- what the cases read
dm-data make moons -n 60 -q -o rows.h5
dm-data make gaussian -n 50 -q -o other.h5
dm-data export rows.h5 -o rows.csv
dm-data export rows.h5 -o rows.npy
small=(--batch 32 --set network.width=8 -q)
dm-train rows.h5 --steps 2 "${small[@]}" -o model.h5
dm-dsbm rows.h5 other.h5 --steps 1 "${small[@]}" --set method.half_iterations=1 -o transport.h5
dm-ipf rows.h5 other.h5 -q -o plan.h5
dm-data import rows.csv --x 1 --y 2 -q -o pairs.h5
dm-train pairs.h5 --steps 2 "${small[@]}" -o given.h5
stopped TERM half.h5 dm-train rows.h5 --steps 100000000 "${small[@]}" --resume --checkpoint 10 -o half.h5
halfway=(dm-dsbm rows.h5 other.h5 --steps 100000000 "${small[@]}" --resume --checkpoint 10)
stopped TERM halfway.h5 "${halfway[@]}" -o halfway.h5
rm stderr
/usr/bin/python3 - <<'END'
import h5py, json, numpy as np
g = np.random.default_rng(1).normal(size=(40, 2))
def dataset(name, x=None, **more):
    with h5py.File(name, 'w') as f:
        f.attrs['encoding-type'], f.attrs['encoding-version'] = more.pop('kind', 'dm-dataset'), more.pop('version', '1.0')
        if x is not None: f['x'] = x
        for k, v in more.items(): f[k] = v
def with_(v):
    x = g.copy(); x[3, 1] = v
    return x
dataset('nan.h5', with_(np.nan)); dataset('inf.h5', with_(-np.inf)); dataset('norows.h5', g[:0]); dataset('nocolumns.h5', g[:, :0])
dataset('nox.h5'); dataset('cube.h5', np.zeros((2, 2, 2))); dataset('words.h5', np.array([[b'a', b'b']])); dataset('complex.h5', g * 1j)
dataset('one.h5', g[:1]); dataset('flat.h5', np.ones((40, 2))); dataset('three.h5', np.c_[g, g[:, 0]]); dataset('huge.h5', 1e300 * g)
dataset('times.h5', g, t=np.zeros(7)); dataset('below.h5', g, weights=-np.ones(40)); dataset('weightless.h5', g, weights=np.zeros(40))
dataset('later.h5', g, version='2.0'); dataset('alien.h5', g, kind='anndata'); dataset('hole.h5'); dataset('outside.h5')
with h5py.File('hole.h5', 'r+') as f: f.create_dataset('x', (10**9, 100), chunks=(1000, 100))
with h5py.File('outside.h5', 'r+') as f: f['x'] = h5py.ExternalLink('rows.h5', '/x')
with h5py.File('plain.h5', 'w') as f: f['a/b'] = g
def copy(source, name, change):
    open(name, 'wb').write(open(source, 'rb').read())
    with h5py.File(name, 'r+') as f: change(f)
def scale(f): f['codec'].attrs['scale'] = np.inf
def flipped(f): f['ema/layer0/bias'][2] += 1e-6
def broken(f): f['ema/layer0/bias'][2] = np.nan; del f['ema/layer0/bias'].attrs['checksum']
copy('model.h5', 'scale.h5', scale); copy('model.h5', 'flipped.h5', flipped); copy('model.h5', 'broken.h5', broken)
def moment(f): f['trainer/optimizer/m'][:3] = 0
copy('half.h5.checkpoint', 'moment.h5.checkpoint', moment)
def shape(f): del f['ema/layer0/weight']; f['ema/layer0/weight'] = np.zeros((3, 8), 'f4')
def kind(f): v = f['codec/mean'][()]; del f['codec/mean']; f['codec/mean'] = v.astype('i8')
copy('model.h5', 'shape.h5', shape); copy('model.h5', 'type.h5', kind)
copy('model.h5', 'lost.h5', lambda f: f.__delitem__('params')); copy('model.h5', 'bare.h5', lambda f: f.attrs.__delitem__('spec'))
copy('model.h5', 'keyless.h5', lambda f: f.attrs.__setitem__('spec', '{"seed": 1}'))
copy('model.h5', 'nospec.h5', lambda f: f.attrs.__setitem__('spec', '{"seed": 1')); copy('plan.h5', 'spec-plan.h5', lambda f: f.attrs.__setitem__('spec', '[]'))
def edited(source, name, **keys): copy(source, name, lambda f: f.attrs.__setitem__('spec', json.dumps(json.loads(f.attrs['spec']) | keys)))
edited('plan.h5', 'rows-plan.h5', rows=[40]); edited('transport.h5', 'sources.h5', sources=[None])
copy('halfway.h5.checkpoint', 'phase.h5.checkpoint', lambda f: f.attrs.__setitem__('phase', np.int64(-1)))
copy('half.h5.checkpoint', 'stepless.h5', lambda f: f.attrs.__delitem__('steps_done'))
END
head -c 3000 rows.h5 >cut.h5
head -c 9000 model.h5 >cut-model.h5
head -c 300 rows.npy >cut.npy
printf 'no \1 text\n' >noise.bin
: >empty.h5
ln -s loop.h5 loop.h5
mkdir folder closed
cp rows.h5 secret.h5
chmod 000 secret.h5
cp other.h5 kept.h5
cp other.h5 kept.svg
printf 'a,b\n' >header.csv
printf '1,2\n3\n' >ragged.csv
printf '1,2\n3,x\n' >letters.csv
printf '1,2\n3,nan\n' >nan.csv
printf '1,2\n3,1e999\n' >far.csv
printf 'a,b\n1,\n' >gap.csv
printf 'a,b\n1,0\n2,-1\n' >weighing.csv
printf 'a,b\n1,-inf\n2,nan\n' >logs.csv
printf 'a,b\n1,0\n2,0\n' >zeros.csv
printf 'a,b\n1,-inf\n2,-inf\n' >nothing.csv
printf 'a,b\n1,.5\n2,1.5\n' >clock.csv
echo '{"density": {"type": "gaussian", "mean": [0, 0]}}' >oracle.json
echo '{"bridge": {"type": "gaussian", "mean0": [0, 0], "mean1": [1, 1]}}' >bridge.json
dm-train rows.h5 --dry-run -q -o new.h5 >dry.json
chmod 555 closed

# ---- how a case is judged
state() { stat -c '%n %F %a %s %i %z' -- *; }
from() { "${@:2}" <"$1"; }
shut() { "$@" >&-; }
full() { "$@" >/dev/full; }
tiny() { (ulimit -f 1 && exec "$@"); }
small_room() { (ulimit -v 300000 && exec "$@"); }
bound() { if ((EUID)); then "$@"; else setpriv --bounding-set=-all "$@"; fi; }  # by the permissions of files, which root is not otherwise

cases=0 wrong=0
refused() {  # STATUS PATTERN COMMAND...
  local expected=$1 pattern=$2 found=0 name='' word before after said why=()
  shift 2
  for word; do
    name=$word
    [[ $word != dm-* ]] || break
  done
  before=$(state)
  "$@" >../stdout 2>../stderr </dev/null || found=$?
  after=$(state)
  [[ $found == "$expected" ]] || why+=("ended with $found, expected $expected")
  said=$(<../stderr) said=${said%%$'\n'Usage: *}
  [[ $said == "$name: "* ]] || why+=("does not begin with '$name: '")
  [[ $said =~ $pattern ]] || why+=("does not say '$pattern'")
  [[ ! -s ../stdout ]] || why+=("printed to stdout")
  [[ $after == "$before" ]] || why+=("left $(diff <(echo "$before") <(echo "$after") || true)")
  cases=$((cases + 1))
  ((${#why[@]})) || return 0
  wrong=$((wrong + 1))
  printf '%s\n' "$*" "${why[@]/#/  }" >&2
  sed 's/^/    /;6q' ../stderr >&2
}
each() {  # STATUS PATTERN INPUT LINES...: every line with INPUT in the place of @
  local line words
  for line in "${@:4}"; do
    read -ra words <<<"$line"
    refused "$1" "$2" "${words[@]/#@/$3}"
  done
}

# ---- inputs: each kind of bad file in each place where a file of rows is read
carrying=('dm-noise @ -f -o kept.h5' 'dm-train @ --steps 1 -f -o kept.h5' 'dm-dsbm @ other.h5 -f -o kept.h5' 'dm-dsbm other.h5 @ -f -o kept.h5'
  'dm-ipf @ other.h5 -f -o kept.h5' 'dm-ipf other.h5 @ -f -o kept.h5' 'dm-eval @ other.h5' 'dm-eval other.h5 @'
  'dm-eval rows.h5 other.h5 --floor @' 'dm-eval rows.h5 other.h5 --train @' 'dm-sample model.h5 --from @ -f -o kept.h5'
  'dm-sample given.h5 --y @ -f -o kept.h5' 'dm-plot @ -f -o kept.svg')
looking=('dm-data export @ -f -o kept.csv' 'dm-data split @ --fractions .5 -f -o kept.h5' 'dm-data merge rows.h5 @ -f -o kept.h5')
telling=('dm-data info @')
hashing=('dm-data checksum @')
all=("${carrying[@]}" "${looking[@]}" "${telling[@]}" "${hashing[@]}")
each 66 "'missing.h5': No such file" missing.h5 "${all[@]}"
each 66 "loop.h5.*Too many levels of symbolic links" loop.h5 "${all[@]}"
each 66 "'folder' is a directory; a file was expected" folder "${all[@]}"
each 65 "'empty.h5' is empty" empty.h5 "${all[@]}"
each 65 "'noise.bin' is binary data of an unknown kind" noise.bin "${all[@]}"
each 65 "'cut.h5'.*truncated file" cut.h5 "${all[@]}"
rows=("${carrying[@]}" "${looking[@]}" "${telling[@]}")
each 65 "'norows.h5': /x has shape \[0, 2\]" norows.h5 "${rows[@]}"
each 65 "'model.h5' is a model of dm-train \(dm-model\); a dataset" model.h5 "${carrying[@]:0:12}" "${looking[@]}"
each 65 "'half.h5.checkpoint' is the checkpoint of an unfinished run of dm-train.*--resume" half.h5.checkpoint "${carrying[@]}" "${looking[@]}"
each 65 "'nan.h5': /x\[3, 1\] is NaN; finite numbers were expected" nan.h5 "${carrying[@]}"
refused 65 'standard input:2: column 2 is NaN.*dm-data import --allow-nonfinite keeps them' from nan.csv dm-noise - -f -o kept.h5
each 65 'nan.csv:2: column 2 is NaN' nan.csv "${carrying[@]}"
each 65 "letters.csv:2:3: 'x' is not a number" letters.csv "${rows[@]}"

# ... and the rest of what a file of rows can be, in one place
one='dm-noise @ -f -o kept.h5'
each 65 "'inf.h5': /x\[3, 1\] is infinite" inf.h5 "$one"
each 65 "'nocolumns.h5': /x has shape \[40, 0\]" nocolumns.h5 "$one"
each 65 "'nox.h5': has no dataset /x" nox.h5 "$one"
each 65 "'cube.h5': /x has shape \[2, 2, 2\]; \[rows, columns\] was expected" cube.h5 "$one"
each 65 "'words.h5': /x does not hold numbers but texts" words.h5 "$one"
each 65 "'complex.h5': /x does not hold numbers but records of several fields, as complex numbers are" complex.h5 "$one"
each 65 "'words.h5': /x holds texts; numbers or booleans were expected" words.h5:/x "$one"
each 65 "'times.h5': /t has shape \[7\]; /x in the same file asks for \[40\]" times.h5 "$one"
each 65 "'below.h5': /weights\[0\] is -1.*>= 0 was expected" below.h5 "$one"
each 65 "'weightless.h5': /weights are all zero" weightless.h5 "$one"
each 65 "'later.h5' has encoding-version '2.0'; this program reads 1.x" later.h5 "$one"
each 65 "'alien.h5' is of the kind 'anndata'; a dataset \(dm-dataset\) was expected" alien.h5 "$one"
each 65 "'hole.h5': /x has shape \[1000000000, 100\] but only 0 bytes are stored" hole.h5 "$one"
each 65 "'outside.h5': /x is a link to another file" outside.h5 "$one"
each 65 "'plain.h5' is HDF5 but not a dataset.*no attribute encoding-type.*'plain.h5:/a/b'" plain.h5 "$one"
each 65 "'plan.h5' is a plan of dm-ipf \(dm-plan\); a dataset \(dm-dataset\) was expected" plan.h5 "$one"
each 65 "'oracle.json' is JSON; a dataset" oracle.json "$one"
each 65 "header.csv has no rows of numbers" header.csv "$one"
each 65 "ragged.csv:2:1: this line has 1 cell; the first one has 2" ragged.csv "$one"
each 65 "far.csv:2:3: '1e999' is out of the range of double numbers" far.csv "$one"
each 65 "gap.csv:2:3: the cell is empty; a number was expected" gap.csv "$one"
each 65 "'cut.npy': the .npy header promises 120 numbers" cut.npy "$one"
each 65 "'plain.h5': /a is a group; a dataset was expected. It holds b" plain.h5:/a "$one"
each 65 "'rows.csv' is not HDF5, so it has no '/x' inside" rows.csv:/x "$one"
refused 65 'standard input is empty' dm-noise - -f -o kept.h5
refused 65 'standard input is JSON' from oracle.json dm-noise - -f -o kept.h5
refused 2 'given 2 times; it can be read only once' from rows.h5 dm-eval - -
refused 66 "'secret.h5': Permission denied" bound dm-data info secret.h5
refused 66 $'\xff.h5.: No such file' dm-data info $'\xff.h5'

printf 'id,a\n9007199254740993,1\n' >ids.csv
each 65 "ids.csv:2:1: '9007199254740993' is an integer that no double number holds" ids.csv "$one"
/usr/bin/python3 -c 'import numpy as n; n.save("ids.npy", n.array([[1, 2**60]])); n.save("complex.npy", n.ones((3, 2)) * 1j); n.save("objects.npy", n.array([[None, 1]]))
n.save("records.npy", n.zeros(3, [("a", "f8"), ("b", "f8")]))'
each 65 "'ids.npy'\[0, 1\] is an integer beyond 2\^53, about 1152921504606846976" ids.npy "$one"
each 65 "'complex.npy': the array holds complex numbers \('<c16'\)" complex.npy "$one"
each 65 "'objects.npy': the array holds Python objects" objects.npy "$one"
each 65 "'records.npy': the array has records of several fields" records.npy "$one"
printf '"","a"\n"1",2\n' >rownames.csv
each 65 "'rownames.csv': column 1 has no name" rownames.csv "$one"
printf 'a;b\n1,5;2\n' >comma.csv
each 65 "comma.csv:2:1: '1,5' has a decimal comma" comma.csv "$one"

# ---- degenerate rows
refused 65 "'one.h5': all rows \(1\) are equal, so their spread.*at least two different rows" dm-train one.h5 -f -o kept.h5
refused 65 "'flat.h5': all rows \(40\) are equal" dm-train flat.h5 -f -o kept.h5
refused 65 'each set is one point only.*give --sigma' dm-ipf one.h5 one.h5 -f -o kept.h5
refused 65 'covariance of the second law is not positive definite.*flat.h5' dm-ipf rows.h5 flat.h5 --method gaussian -f -o kept.h5
refused 2 'part 2 of 1 rows would be empty' dm-data split one.h5 --fractions .5,.5 -o a.h5 b.h5
refused 65 '3 columns, the second 2.*three.h5' dm-ipf three.h5 rows.h5 -f -o kept.h5
refused 65 '3 columns and the second 2.*three.h5' dm-dsbm three.h5 rows.h5 -f -o kept.h5
refused 65 '2 columns, the second 3.*three.h5' dm-eval rows.h5 three.h5
refused 65 'have 3 columns, the model has 2.*three.h5' dm-sample model.h5 --from three.h5 -f -o kept.h5
refused 65 "'three.h5' holds x\[3\]; 'rows.h5' holds x\[2\]. Only like" dm-data merge rows.h5 three.h5 -f -o kept.h5
refused 65 'up to [0-9.]+e\+?300, whose squares overflow; rescale.*huge.h5' dm-eval huge.h5 rows.h5
refused 65 'whose squares overflow.*huge.h5' dm-dsbm huge.h5 rows.h5 -f -o kept.h5
refused 65 'whose squares overflow.*huge.h5' dm-ipf rows.h5 huge.h5 -f -o kept.h5
refused 1 "row 0 is no longer finite.*'model.h5', 'huge.h5'" dm-sample model.h5 --from huge.h5 -f -o kept.h5

# ---- models, plans, oracles
modelled=('dm-sample @ -f -o kept.h5' 'dm-eval rows.h5 --model @ --metrics nll')
each 66 "missing.h5'?: No such file" missing.h5 "${modelled[@]}"
each 66 "'folder' is a directory" folder "${modelled[@]}"
each 66 'loop.h5.*Too many levels' loop.h5 "${modelled[@]}"
each 65 "'empty.h5' is empty" empty.h5 "${modelled[@]}"
each 65 "'noise.bin' is binary data" noise.bin "${modelled[@]}"
each 65 "'cut-model.h5'.*truncated file" cut-model.h5 "${modelled[@]}"
each 65 "'rows.h5' is a dataset \(dm-dataset\); a model \(dm-model\) was expected" rows.h5 "${modelled[@]}"
each 65 "'rows.csv' is text; a model \(dm-model\) was expected" rows.csv "${modelled[@]}"
each 65 "'half.h5.checkpoint' is the checkpoint of an unfinished run of dm-train \(dm-checkpoint\); a model.*--resume" half.h5.checkpoint "${modelled[@]}"
each 65 "'shape.h5': /ema/layer0/weight has shape \[3, 8\]; the spec in the same file says \[34, 8\]" shape.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'type.h5': /codec/mean holds another type of number" type.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'scale.h5': the codec's scale is .*; a number > 0 was expected" scale.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'flipped.h5': /ema/layer0/bias is damaged: its numbers do not have the checksum" flipped.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'broken.h5': layer0/bias holds a number that is not finite" broken.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'lost.h5': has no group /params" lost.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'bare.h5': the attribute /@spec is missing" bare.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'keyless.h5': the attribute spec is damaged: the key 'dm-train' is missing" keyless.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'nospec.h5': attribute spec is not valid JSON" nospec.h5 "${modelled[@]}" "${telling[@]}"
each 65 "'spec-plan.h5': the plan's spec is damaged" spec-plan.h5 'dm-sample @ --from rows.h5 -f -o kept.h5' 'dm-ipf @ --emit pairs -f -o kept.h5' 'dm-data info @'
each 65 "'rows-plan.h5': the plan's spec is damaged: its rows" rows-plan.h5 "${telling[@]}"
each 65 "'sources.h5': the model's spec is damaged: /sources is \[null\]" sources.h5 'dm-sample @ --from rows.h5 -f -o kept.h5' "${telling[@]}"
each 65 "'stepless.h5': the attribute /@steps_done is missing" stepless.h5 "${telling[@]}"
refused 65 "'moment.h5.checkpoint': /trainer/optimizer/m is damaged" dm-train rows.h5 --steps 100000000 "${small[@]}" --resume --checkpoint 10 -o moment.h5
refused 65 "'phase.h5.checkpoint': /@phase is -1, of 10 phases. The file is damaged or was edited" "${halfway[@]}" -o phase.h5
planned=('dm-ipf @ --emit pairs -f -o kept.h5' 'dm-ipf rows.h5 other.h5 --start @ -f -o kept.h5')
each 66 'missing.h5.*No such file' missing.h5 "${planned[@]}"
each 65 "'empty.h5' is empty" empty.h5 "${planned[@]}"
each 65 "'rows.h5' is a dataset \(dm-dataset\); a plan \(dm-plan\) was expected" rows.h5 "${planned[@]}"
each 65 "'rows.csv' is text; a plan" rows.csv "${planned[@]}"
each 65 "'model.h5' is a model of dm-train \(dm-model\); a plan" model.h5 "${planned[@]}"
each 65 "'transport.h5' is a model of dm-dsbm \(dm-model\); a plan" transport.h5 "${planned[@]}"
refused 2 "'plan.h5' is a plan already; say with --emit" dm-ipf plan.h5 -f -o kept.h5
refused 2 'one set of rows is given; a bridge needs two' dm-ipf rows.h5 -f -o kept.h5
refused 2 'trained without a condition; leave --y out' dm-sample model.h5 --y rows.h5:/x -f -o kept.h5
refused 2 'give the observations with --y FILE' dm-sample given.h5 -f -o kept.h5
refused 2 'trained with the process.*leave --process out' dm-sample model.h5 --process vp -f -o kept.h5
printf '{"density": {"type": "gaussain"}}' >near.json
printf '{"density": {"type": "gaussian", "mean": [0, 1e999]}}' >far.json
printf '{"density": {"type": "gaussian", "mean": [0, 0], "covariance": [[1, 2], [2, 1]]}}' >indefinite.json
printf '{"density": {"type": "gaussian", "mean": "zero"}}' >word.json
printf '{"density": {"type": "gaussian", "meen": [0]}}' >unknown.json
printf '{"density"' >broken.json
printf '[1, 2]' >list.json
each 78 "'near.json'.*/density/type: found \"gaussain\".*Did you mean 'gaussian'" near.json "${modelled[@]}" 'dm-dsbm @ rows.h5 -f -o kept.h5' 'dm-ipf rows.h5 @ -f -o kept.h5'
each 78 "'far.json' is not valid JSON: .*1e999" far.json "${modelled[0]}"
each 78 "'indefinite.json'.*covariance" indefinite.json "${modelled[0]}"
each 78 "'word.json': /density/mean: found \"zero\", expected array of numbers" word.json "${modelled[0]}"
each 78 "'unknown.json': /density/meen: unknown key. Did you mean 'mean'" unknown.json "${modelled[0]}"
each 78 "'broken.json' is not valid JSON: parse error at line 1" broken.json "${modelled[@]}"
each 78 "'list.json'" list.json "${modelled[@]}"

# ---- columns beside x, as they are read from a dataset and from a table
refused 65 'weighing.csv:3: column 2 \(weights\) is -1.0; a number >= 0 was expected' dm-data import weighing.csv --weights b -o new.h5
refused 65 'zeros.csv.: weights are all zero' dm-data import zeros.csv --weights b -o new.h5
refused 65 'logs.csv:3: column 2 \(log_weights\) is NaN; a number below infinity' dm-data import logs.csv --log-weights b -o new.h5
refused 65 'nothing.csv.: log_weights are all zero' dm-data import nothing.csv --log-weights b -o new.h5
refused 65 'clock.csv:3: column 2 \(t\) is 1.5; a time in \[0, 1\] was expected' dm-data import clock.csv --t b -o new.h5
refused 65 "writing 'new.h5': /x\[0, 0\] is [-0-9.]+e\+?(299|300), beyond the largest float32" dm-data merge huge.h5 huge.h5 --dtype float32 -o new.h5

refused 2 "'plain.h5' is HDF5; name a dataset in it. It holds 'plain.h5:/a'\." dm-data import plain.h5 -o new.h5
printf '{"w2": 1\n{"w2": 2}\n' >results.jsonl
refused 65 "'results.jsonl', line 1 is not valid JSON" dm-plot results.jsonl -o new.svg
printf '{"w2": 1\n' >results.jsonl
refused 65 "'results.jsonl', line 1 is not valid JSON" dm-plot results.jsonl -o new.svg
refused 65 "'results.jsonl', line 1 is not valid JSON" dm-plot results.jsonl --x w2 --y w2 -o new.svg
printf '{"w2": 1\n{"w2": 2\n' >results.jsonl
refused 65 "'results.jsonl', line 1 is not valid JSON" dm-plot results.jsonl -o new.svg

# ---- run specs: the same mistakes for every command
spec() { printf '%s' "$2" >"$1"; }
lines=('dm-data split rows.h5 --fractions .5 -f -o kept.h5 --spec @' 'dm-noise rows.h5 -f -o kept.h5 --spec @' 'dm-train rows.h5 -f -o kept.h5 --spec @'
  'dm-sample model.h5 -f -o kept.h5 --spec @' 'dm-ipf rows.h5 other.h5 -f -o kept.h5 --spec @' 'dm-dsbm rows.h5 other.h5 -f -o kept.h5 --spec @'
  'dm-eval rows.h5 other.h5 --spec @' 'dm-theory tv --spec @' 'dm-plot rows.h5 -f -o kept.svg --spec @')
for line in "${lines[@]}"; do
  command=${line%% *}
  spec unknown-key.json "{\"$command\": {\"sede\": 1, \"zzz\": 2}}"
  spec bad-seed.json "{\"seed\": 1.5, \"$command\": {\"seed\": \"1\"}}"
  spec no-object.json "{\"$command\": 7}"
  spec twice.json "{\"$command\": {}, \"$command\": {}}"
  each 78 "/$command/zzz: unknown key" unknown-key.json "$line"
  each 78 "'bad-seed.json': /seed: found 1.5, expected integer" bad-seed.json "$line"
  each 78 "'no-object.json': /$command: found integer, expected an object" no-object.json "$line"
  each 78 "'twice.json' is not valid JSON: the key '$command' stands twice" twice.json "$line"
  each 66 "'missing.json': No such file" missing.json "$line"
done
one='dm-noise rows.h5 -f -o kept.h5 --spec @'
spec type.json '{"dm-noise": {"time": "soon"}}'
spec range.json '{"dm-noise": {"time": [1.5], "process": {"type": "ve", "sigma_max": -1}}}'
spec null.json '{"dm-noise": {"process": null}}'
spec far-number.json '{"dm-noise": {"time": [1e999]}}'
spec octal.json '{"dm-noise": {"time": [010]}}'
spec nan.json '{"dm-noise": {"time": [NaN]}}'
spec other.json '{"dm-nosie": {}}'
spec named.json '{"dm-noise:late": {}}'
spec bytes.json $'{"dm-noise": {"time\xff": 1}}'
spec deep.json "$(printf '[%.0s' {1..3000})"
spec tail.json '{"dm-noise": {}} {}'
each 78 "'type.json': /dm-noise/time: found \"soon\", expected array of numbers" type.json "$one"
each 78 "/dm-noise/time/?.*1.5.*expected.*\[0, 1\]" range.json "$one"
each 78 '/dm-noise/process/sigma_max: found -1, expected number > 0' range.json "$one"
each 78 "'null.json': /dm-noise/process: found null" null.json "$one"
each 78 "'far-number.json' is not valid JSON.*1e999" far-number.json "$one"
each 78 "'octal.json' is not valid JSON: parse error at line 1" octal.json "$one"
each 78 "'nan.json' is not valid JSON: parse error at line 1" nan.json "$one"
each 78 "'other.json': /dm-nosie: no command of this name.*Did you mean 'dm-noise'" other.json "$one"
each 78 "'named.json' has no section 'dm-noise' but 'dm-noise:late'; choose one with FILE#NAME" named.json "$one"
each 78 "'named.json' has no section 'dm-noise:lat'. Did you mean 'late'" named.json#lat "$one"
each 78 "'bytes.json' is not valid JSON: .*UTF-8" bytes.json "$one"
each 78 "'deep.json' is not valid JSON: nested deeper than 64 levels" deep.json "$one"
each 78 "'tail.json' is not valid JSON: parse error" tail.json "$one"
each 78 "'empty.h5' is not valid JSON" empty.h5 "$one"
each 78 "'rows.h5' is not valid JSON" rows.h5 "$one"
each 66 "'folder': Is a directory" folder "$one"
each 66 'loop.h5.*Too many levels' loop.h5 "$one"
refused 66 "'secret.h5': Permission denied" bound dm-noise other.h5 --spec secret.h5 -o new.h5
refused 78 "'list.json'.*expected" dm-eval rows.h5 other.h5 --metrics sw2 --assert-file list.json
refused 78 "'broken.json' is not valid JSON" dm-eval rows.h5 other.h5 --metrics sw2 --assert-file broken.json
refused 66 "'missing.json'" dm-theory tv --assert-file missing.json

# ---- command lines
refused 2 "found '\[.5,.6\]', expected array of numbers.*read as JSON, where numbers begin with a digit" dm-noise rows.h5 --set 'time=[.5,.6]' -o new.h5
for line in "${lines[@]}"; do
  read -ra words <<<"${line% --spec @}"
  refused 2 "'--zzz' is no option of this command" "${words[@]}" --zzz
  refused 2 'found "010", expected integer' "${words[@]}" --seed 010
  refused 2 'found "-1"|found -1' "${words[@]}" --seed -1
  refused 2 'found "1e999", expected integer' "${words[@]}" --seed 1e999
  refused 2 "'--seed' is given 2 times" "${words[@]}" --seed 1 --seed 2
  refused 2 "'--spec' needs a value" "${words[@]}" --spec
  refused 2 "--set: found 'zzz', expected path.to.key=value" "${words[@]}" --set zzz
  refused 2 "'zzz' is unknown" "${words[@]}" --set zzz=1
  refused 2 'OMP_NUM_THREADS: found "two", expected integer' env OMP_NUM_THREADS=two "${words[@]}"
done
refused 2 "Did you mean 'make'" dm-data mak moons -o new.h5
refused 2 "found \"mons\".*Did you mean 'moons'" dm-data make mons -o new.h5
refused 2 '--n: found "010", expected integer' dm-data make moons -n 010 -o new.h5
refused 2 '--n: found -1, expected integer in \[1, ' dm-data make moons -n -1 -o new.h5
refused 2 '--n: found "1e999", expected integer' dm-data make moons -n 1e999 -o new.h5
refused 2 '--n: found 0, expected integer' dm-data make moons -n 0 -o new.h5
refused 2 '--noise: found "nan", expected number >= 0' dm-data make moons --noise nan -o new.h5
refused 2 'row [0-9] of .*"moons".*"noise":1e\+308.* is not finite' dm-data make moons --noise 1e308 -n 9 -o new.h5
refused 2 'at most one of|--covariance' dm-data make gaussian --covariance '[[1, 2], [3]]' -o new.h5
refused 2 "has no column 'z'; it has 2 columns: x1, x2" dm-data import rows.csv --x z -o new.h5
refused 2 "x: found '', expected columns" dm-data import rows.csv --x '' -o new.h5
refused 2 "the range '2-1' runs backwards; write 1-2" dm-data import rows.csv --x 2-1 -o new.h5
refused 2 'column 1 .* is named twice' dm-data import rows.csv --x 1 --y 1 -o new.h5
for file in rows.npy rows.h5:/x; do
  refused 2 "is no CSV, and --skip and --header speak of the lines of one" dm-data import "$file" --skip 1 -o new.h5
  refused 2 "is no CSV, and --skip and --header speak of the lines of one" dm-data import "$file" --header no -o new.h5
done
refused 2 "'new.CSV' has the name of a table.*dm-data export" dm-data make moons -o new.CSV
refused 2 "'b.npy' has the name of a table.*dm-data export" dm-data split rows.h5 --fractions .5,.5 -o a.h5 b.npy
refused 2 "the suffix of 'new.txt' names no table; .csv and .npy do" dm-data export rows.h5 -o new.txt
refused 2 '1 fractions for 2 outputs|one each' dm-data split rows.h5 --fractions .5 -o a.h5 b.h5
refused 2 'fractions' dm-data split rows.h5 --fractions .8,.3 -o a.h5 b.h5
refused 2 'another DATASET is missing: datasets with' dm-data merge rows.h5 -o new.h5
refused 2 ': DATASET is missing' dm-data merge -o new.h5
refused 2 ': SECOND is missing: the set at t = 1' dm-dsbm rows.h5 -o new.h5
refused 2 'is missing' dm-noise rows.h5
refused 2 "'other.h5' is one input too many" dm-noise rows.h5 other.h5 -o new.h5
refused 2 '--time: found \[1.5\], expected array of numbers in \[0, 1\]' dm-noise rows.h5 --time 1.5 -o new.h5
# Values that do not go together: of flags and --set 2, where a spec is read 78; a spec is not blamed for what --set says.
spec levels.json '{"dm-noise": {"process": {"type": "ve", "sigma_min": 5, "sigma_max": 1}}}'
spec encode.json '{"dm-sample": {"encode": true, "sampler": "ancestral"}}'
spec late.json '{"dm-noise": {"time": [0.5]}}'
refused 78 'process ve: sigma_min is 5.0, expected less than sigma_max, 1.0' dm-noise rows.h5 --spec levels.json -o new.h5
refused 2 'process ve: sigma_min is 5.0' dm-noise rows.h5 --set process=ve --set process.sigma_min=5 --set process.sigma_max=1 -o new.h5
refused 2 '^dm-noise: /dm-noise/time: found \[1.5\]' dm-noise rows.h5 --spec late.json --set time=1.5 -o new.h5
refused 78 '--encode follows the probability flow' dm-sample model.h5 --from rows.h5 --spec encode.json -o new.h5
refused 2 '--encode follows the probability flow' dm-sample model.h5 --from rows.h5 --encode --sampler ancestral -o new.h5
refused 78 "'model.h5' is the result of another run" dm-train rows.h5 --steps 3 --resume -o model.h5
refused 2 'process ve: sigma_min is 5.0, expected less than sigma_max, 1.0' dm-noise rows.h5 --process ve --sigma-min 5 --sigma-max 1 -o new.h5
refused 2 '--steps: found -1, expected integer' dm-train rows.h5 --steps -1 -o new.h5
refused 2 '--rate: found "1e999", expected number' dm-train rows.h5 --rate 1e999 -o new.h5
refused 65 "'rows.h5' has no /y, and --condition label asks for it" dm-train rows.h5 --condition label -o new.h5
refused 2 'standard output has none' dm-train rows.h5 --resume -o -
refused 2 '--n: found 0' dm-sample model.h5 -n 0 -o new.h5
refused 2 "shard: found '9/8', expected I/N" dm-sample model.h5 --shard 9/8 -o new.h5
refused 2 '--sigma: found 0, expected number > 0' dm-ipf rows.h5 other.h5 --sigma 0 -o new.h5
refused 2 'starts from the reference; leave --start out' dm-ipf rows.h5 other.h5 --method dsb --start plan.h5 -o new.h5
refused 2 'which the method dsb does not have' dm-ipf rows.h5 other.h5 --method dsb --emit pairs -o new.h5
refused 2 'the method cfm has no use for --sigma, which is 1.0; leave it out' dm-dsbm rows.h5 other.h5 --method cfm --sigma 1 -o new.h5
refused 2 'the method sf2m has no use for --reference, which is "ou"' dm-dsbm rows.h5 other.h5 --method sf2m --reference ou -o new.h5
refused 2 '--params chooses between two sets of a network.s parameters, and this bridge has no network' dm-sample plan.h5 --from rows.h5 --params live -o new.h5
refused 2 "--time: found \"\", expected array of numbers" dm-noise rows.h5 --time '' -o new.h5
refused 2 "'--shuffle' and '--no-shuffle' are both given" dm-data split rows.h5 --shuffle --no-shuffle -o new.h5
refused 2 '--resume continues a training, and the method sinkhorn has none' dm-ipf rows.h5 other.h5 --resume -o new.h5
refused 2 "Did you mean 'cfm'" dm-dsbm rows.h5 other.h5 --method cfmm -o new.h5
refused 2 "Did you mean 'sw2'" dm-eval rows.h5 other.h5 --metrics sw22
refused 2 'twice' dm-eval rows.h5 other.h5 --metrics w2,w2
refused 2 'expected a comparison' dm-eval rows.h5 other.h5 --metrics w2 --assert w2
refused 2 '--held-out 0.01 of 60 rows is less than one row' dm-train rows.h5 --held-out .01 -o new.h5
refused 2 '--condition-dropout trains rows without their condition, and this training has none' dm-train rows.h5 --condition-dropout .5 -o new.h5
refused 2 '--condition-dropout trains rows' dm-train pairs.h5 --condition none --condition-dropout .5 -o new.h5
if small_room dm-data --version >/dev/null 2>&1; then # not with sanitizers, which want more
  refused 1 'out of memory: about 0.5 GB are wanted; --dry-run says for what' small_room dm-data make moons -n 30000000 -o new.h5
fi
refused 78 "'dry.json' is the output of --dry-run; its member /spec is the run spec" dm-train rows.h5 --spec dry.json -o new.h5
refused 2 '--floor: found -1, expected a number > 0' dm-eval rows.h5 other.h5 --floor -1
refused 2 'add (it|one of them) to --metrics, or leave -o out' dm-eval rows.h5 other.h5 --metrics sw2 -o new.h5
refused 2 "Did you mean 'tv'" dm-theory tvv
refused 2 "names 'ula'|expected the fits of this curve" dm-theory tv --assert 'ula.x<1'
refused 2 '.png, .svg' dm-plot rows.h5 -o new.gif
refused 2 '--width: found 0, expected number' dm-plot rows.h5 --width 0 -o new.svg

# ---- outputs: whatever writes a file, in each state the place can be in
writers=('dm-data make moons -n 9 -o @' 'dm-data import rows.csv -o @' 'dm-data split rows.h5 --fractions .5 -o @' 'dm-data merge rows.h5 rows.h5 -o @'
  'dm-noise rows.h5 -o @' 'dm-train rows.h5 --steps 1 -o @' 'dm-sample model.h5 -n 9 -o @' 'dm-ipf rows.h5 other.h5 -o @' 'dm-ipf plan.h5 --emit pairs -o @'
  'dm-dsbm rows.h5 other.h5 -o @' 'dm-eval rows.h5 --model model.h5 --metrics nll -o @')
each 73 "'kept.h5' exists and is kept. Name another output or replace it with --force" kept.h5 "${writers[@]}" 'dm-theory tv -o @'
each 73 "cannot create 'nowhere/x.h5': there is no directory 'nowhere'" nowhere/x.h5 "${writers[@]}" 'dm-theory tv -o @'
each 73 "cannot create 'folder': it is a directory" folder "${writers[@]}"
each 73 'File name too long|a file name has 1 to 255 bytes' "$(printf 'n%.0s' {1..256})" "${writers[@]}"
each 73 'kept.svg. exists and is kept' kept.svg 'dm-plot rows.h5 -o @' 'dm-theory tv -o @' 
each 73 "'kept.csv' exists|'rows.csv' exists and is kept" rows.csv 'dm-data export rows.h5 -o @'
each 73 'loop.h5' loop.h5 'dm-noise rows.h5 -f -o @' 'dm-train rows.h5 --steps 1 -f -o @' 'dm-data make moons -f -o @'
for line in "${writers[@]}" 'dm-plot rows.h5 -o @'; do
  read -ra words <<<"${line/@/closed/new.svg}"
  refused 73 "cannot create 'closed/new.svg': Permission denied" bound "${words[@]}"
  read -ra words <<<"${line% -o @}"
  refused 2 "the output's name is empty" "${words[@]}" -o ''
done
same_as=('dm-noise rows.h5 -f -o rows.h5' 'dm-train rows.h5 -f -o rows.h5' 'dm-data split rows.h5 --fractions .5 -f -o rows.h5' 'dm-data merge other.h5 rows.h5 -f -o rows.h5'
  'dm-data import rows.csv -f -o rows.csv' 'dm-data export rows.csv -f -o rows.csv' 'dm-sample model.h5 -f -o model.h5' 'dm-sample model.h5 --from rows.h5 -f -o rows.h5'
  'dm-sample given.h5 --y rows.h5 -f -o rows.h5' 'dm-ipf rows.h5 other.h5 -f -o other.h5' 'dm-ipf plan.h5 --emit pairs -f -o plan.h5'
  'dm-ipf rows.h5 other.h5 --start plan.h5 -f -o plan.h5' 'dm-dsbm rows.h5 other.h5 -f -o rows.h5' 'dm-eval rows.h5 --model model.h5 --metrics nll -f -o model.h5'
  'dm-eval rows.h5 other.h5 --floor other.h5 --model model.h5 --metrics nll -f -o other.h5' 'dm-plot rows.h5:/x -f -o rows.h5' 'dm-noise ./rows.h5 -f -o folder/../rows.h5')
for line in "${same_as[@]}"; do
  read -ra words <<<"$line"
  refused 2 "'${words[-1]}' is both input and output. Write to another file" "${words[@]}"
done
spec good.json '{"dm-noise": {}, "dm-train": {}, "dm-theory": {}}'
spec law.json '{"type": "ve"}'
refused 2 "'good.json' is both input and output" dm-noise rows.h5 --spec good.json -f -o good.json
refused 2 "'good.json' is both input and output" dm-theory tv --spec good.json -f -o good.json
refused 2 "'law.json' is both input and output" dm-noise rows.h5 --process @law.json -f -o law.json
(exec 9>.new.h5.dm-lock && flock 9 && printf 'process 1 on mars' >&9 && sleep 60) &
until [[ -s .new.h5.dm-lock ]]; do sleep .05; done
each 73 "'new.h5' is being written by another run, process 1 on mars" new.h5 "${writers[@]}" 'dm-train rows.h5 --steps 1 --resume -o @' 'dm-theory tv -o @'
refused 73 "'./new.h5' is being written by another run" dm-noise rows.h5 -f -o ./new.h5
refused 73 "'new.h5' is being written by another run" dm-train rows.h5 --steps 1 --log new.h5 -o newer.h5
kill $! && rm .new.h5.dm-lock
refused 2 "'./new.h5' is named twice as output" dm-data split rows.h5 --fractions .5,.5 -o new.h5 ./new.h5
refused 2 'named twice as output' dm-data split rows.h5 --fractions .5,.5 -o new.h5 new.h5

# ---- no room, and bound to read
each 74 "No space left on device" /dev/full 'dm-data make moons -o @' 'dm-noise rows.h5 -o @' 'dm-train rows.h5 --steps 1 -o @' 'dm-sample model.h5 -n 9 -o @' 'dm-ipf rows.h5 other.h5 -o @'
for line in "${writers[@]:0:9}"; do
  read -ra words <<<"${line/@/new.h5}"
  refused 74 'File too large' tiny "${words[@]}"
  read -ra words <<<"${line/@/-}"
  refused 74 'standard output is closed' shut "${words[@]}"
done
refused 74 'No space left' full dm-noise rows.h5 -o -
refused 74 'No space left' full dm-eval rows.h5 other.h5 --metrics sw2
refused 74 'No space left' full dm-data info rows.h5
refused 74 'No space left' full dm-theory tv
refused 74 'File too large' tiny dm-plot rows.h5 -f -o kept.svg

# Names are bytes: what is no UTF-8 names a file like any other.
dm-noise rows.h5 -q -o $'\xff\xfe.h5'
dm-data info $'\xff\xfe.h5' --json >../json
/usr/bin/python3 -c 'import json; json.load(open("../json"))'

# Rows that stand twice are data, and dm-eval says where the two sets share them.
dm-data merge rows.h5 rows.h5 -q -o doubled.h5
fails 0 dm-eval doubled.h5 rows.h5 --metrics sw2 --json >/dev/null
says '120 rows of the samples \(of 120\) are bit-equal'

chmod 755 closed
echo "$cases cases"
((cases >= 100 && wrong == 0))
