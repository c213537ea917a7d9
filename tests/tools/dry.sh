# shellcheck shell=bash
# --dry-run of every command that writes: what a real run would refuse is refused, what it would do is said, and nothing is written.
dm-data make moons -n 2000 --seed 1 -q -o a.h5
dm-data make moons -n 400 --seed 2 -q -o b.h5
dm-data make two_moons -n 400 -q -o sims.h5
dm-data export a.h5 -o a.csv
dm-train a.h5 --steps 60 --set network.width=16 -q -o model.h5
dm-dsbm a.h5 b.h5 --method cfm --steps 60 --set network.width=16 -q -o flow.h5
dm-ipf b.h5 b.h5 --sigma 1 -q -o plan.h5
content() { find . -type f ! -name '*.json' ! -name stderr ! -name before ! -name after -printf '%p %s %T@\n' | sort; }
content >before

# dry COMMAND...: ends well, says all three things, writes nothing, and the spec that it prints is the one of --print-spec, but for what was unset there and is
# found; given back it is found again
dry() {
  "$@" --dry-run -q >said.json
  "$@" --print-spec >spec.json
  /usr/bin/python3 -c 'import json; json.dump(json.load(open("said.json"))["spec"], open("found.json", "w"))'
  "$@" --spec found.json --dry-run -q >again.json
  /usr/bin/python3 - "$@" <<'PYTHON'
import json, sys
said = json.load(open('said.json'))
assert list(said) == ['spec', 'memory', 'outputs'], said
def fills(found, unset):
    if isinstance(unset, dict): return found.keys() == unset.keys() and all(fills(found[k], unset[k]) for k in unset)
    return unset is None or found == unset
assert fills(said['spec'], json.load(open('spec.json'))), said['spec']
assert json.load(open('again.json'))['spec'] == said['spec']
m = said['memory']
assert m['bytes'] == sum(m['parts'].values()) and m['bytes'] >= 2**24, m
words = sys.argv[1:]
assert said['outputs'] == (words[words.index('-o') + 1:] if '-o' in words else []), said['outputs']
PYTHON
}
dry dm-data make moons -n 1000000000 -o x.h5
dry dm-data import a.csv --y x2 -o x.h5
dry dm-data export a.h5 -o x.npy
dry dm-data split a.h5 -o x.h5 y.h5
dry dm-data merge a.h5 b.h5 -o x.h5
dry dm-noise a.h5 --time .5,1 --path -o x.h5
dry dm-train a.h5 -o x.h5
dry dm-train sims.h5 --validation sims.h5 -o x.h5
dry dm-sample model.h5 -n 900000000 -o x.h5
dry dm-sample flow.h5 --from a.h5 -o x.h5
dry dm-sample plan.h5 --from b.h5 -o x.h5
for method in dsbm-imf dsbm-ipf dsbm-imf+ cfm ot-cfm sb-cfm sf2m rectified-flow interpolant; do dry dm-dsbm a.h5 b.h5 --method $method -o x.h5; done
for method in sinkhorn gaussian ridge dsb; do dry dm-ipf a.h5 b.h5 --method $method -o x.h5; done
dry dm-ipf plan.h5 --emit matrix -o x.h5
dry dm-ipf plan.h5 --emit pairs -o x.h5
dry dm-eval a.h5 b.h5 --metrics w1,sw2,mmd
dry dm-eval b.h5 --model model.h5 --metrics nll -o x.h5
dry dm-plot a.h5 b.h5 -o x.png
for curve in tv decomposition manifold ula few-steps; do dry dm-theory $curve -o x.h5; done
found() {  # KEYS COMMAND...: what stands in the spec where nothing was given
  "${@:2}" -o x.h5 --dry-run -q >said.json
  /usr/bin/python3 -c 'import json, sys; v = list(json.load(open("said.json"))["spec"].values())[0]; print(*(eval("v" + k) for k in sys.argv[1].split()))' "$1"
}
[[ $(found "['steps'] ['predict'] ['held_out']" dm-train a.h5) == '8000 edm None' ]]
[[ $(found "['steps'] ['held_out'] ['patience']" dm-train sims.h5) == '2000 0.05 100' ]]
[[ $(found "['sigma']>0 ['method']['cache']" dm-dsbm a.h5 b.h5) == 'True 5000' ]]
[[ $(found "['sigma']" dm-dsbm a.h5 b.h5 --method cfm) == None ]]
[[ $(found "['sigma']>0" dm-ipf a.h5 b.h5) == True ]]
[[ $(found "['n'] ['sampler']['type'] ['grid']['type'] ['final'] ['params']" dm-sample model.h5) == '1000 heun karras step ema' ]]
[[ $(found "['n'] ['sampler']['type'] ['final'] ['direction']" dm-sample plan.h5 --from b.h5) == '400 adams-bashforth noise forward' ]]
[[ $(found "['law']['dim']" dm-data make gaussian) == 2 ]]
dm-train a.h5 -q --dry-run --log x.jsonl -o x.h5 | grep -q '"outputs": \["x.h5", "x.jsonl"\]'
dm-data make moons --dry-run -o - | grep -q '"outputs": \["-"\]'
content >after
same before after

# the letter, where it is free
dm-noise a.h5 --time .5 -n -o x.h5 | grep -q outputs
dm-data make --help | grep -qE '^ +--dry-run' && dm-noise --help | grep -qE '^ +-n, --dry-run'

# what a real run refuses: files, shapes, capabilities, the same way
fails 73 dm-data make moons --dry-run -o a.h5
fails 66 dm-train none.h5 --dry-run -o x.h5
dm-data import a.h5:/x --x 1 -q -o one.h5
fails 65 dm-dsbm a.h5 one.h5 --dry-run -o x.h5
fails 65 dm-sample model.h5 --from one.h5 --dry-run -o x.h5
fails 65 dm-eval a.h5 one.h5 --dry-run
fails 65 dm-data merge a.h5 one.h5 --dry-run -o x.h5
fails 2 dm-sample model.h5 --y a.csv --dry-run -o x.h5
fails 2 dm-sample model.h5 --sampler ancestral --encode --from a.h5 --dry-run -o x.h5
fails 2 dm-ipf plan.h5 --dry-run -o x.h5
fails 2 dm-train a.h5 --dry-run --log - -o x.h5
fails 73 dm-train a.h5 --dry-run --log a.csv -o x.h5
fails 2 dm-theory ula --steps 2,3 --dry-run -o x.h5
[[ ! -e x.h5 && ! -e x.jsonl ]]

# a training that is complete has nothing left to do; one that was stopped says what it will hold
dm-train a.h5 --steps 60 --set network.width=16 -q --resume -o model.h5 --dry-run >said.json
[[ $(tr -d ' \n' <said.json) == *'"outputs":[]}' ]]
[[ $(<said.json) != *memory* ]]
stopped TERM slow.h5 dm-train a.h5 --steps 100000 --set network.width=16 -q --resume --checkpoint 50 -o slow.h5
cp slow.h5.checkpoint kept
dm-train a.h5 --steps 100000 --set network.width=16 -q --resume --checkpoint 50 -o slow.h5 --dry-run | grep -q memory
same kept slow.h5.checkpoint

# the estimate is near the truth, and hardly below it, with the rows that are held, what reading and writing them takes, and the program itself
dm-data make moons -n 600000 --seed 1 -q -o rows.h5
dm-data export rows.h5 -q -o rows.csv
dm-data make moons -n 6000 --seed 2 -q -o few.h5
dm-data make moons -n 12000 --seed 3 -q -o twice.h5
echo '{"density": {"type": "gaussian", "mean": [0, 0]}}' >normal.json
/usr/bin/python3 - <<'PYTHON'
import json, os, subprocess
for line in ['dm-data make moons -n 4000000 -o big.h5', 'dm-data import rows.csv -o big2.h5', 'dm-data export rows.h5 -o big.csv',
             'dm-data export rows.h5 -o big.npy', 'dm-data split rows.h5 -o part1.h5 part2.h5', 'dm-data merge rows.h5 rows.h5 -o big3.h5',
             'dm-eval few.h5 twice.h5 --metrics mmd,sw2', 'dm-eval rows.h5 rows.h5 --metrics w2 --rows 1000',
             'dm-eval few.h5 twice.h5 --metrics sw2', 'dm-sample normal.json -n 3000000 --steps 2 -o drawn.h5', 'dm-noise rows.h5 -o noised.h5',
             'dm-data make moons -n 10 -o ten.h5', 'dm-plot few.h5 --dpi 1200 -o few.png']:
    words = line.split() + ['-q']
    said = json.loads(subprocess.run(words + ['--dry-run'], stdout=subprocess.PIPE, check=True).stdout)['memory']['bytes']
    _, status, used = os.wait4(subprocess.Popen(words, stdout=subprocess.DEVNULL).pid, 0)
    print(line, said, used.ru_maxrss * 1024)
    assert status == 0 and .7 < used.ru_maxrss * 1024 / said < 1.05, (line, used.ru_maxrss * 1024, said)
PYTHON
