# dm-eval through pipes, files and assertions.
# py FILE EXPRESSION: the expression over r, the parsed JSON, is true.
py() { /usr/bin/python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else "not so in %s: %s" % tuple(sys.argv[1:]))' "$1" "$2"; }

dm-data make moons -n 2000 --seed 3 -o test.h5
dm-data make moons -n 700 --seed 2 -o samples.h5
dm-data make gaussian -n 700 --seed 2 -o far.h5

# one line, a key a metric with value and floor, and what was used
dm-eval samples.h5 test.h5 --metrics w1,w2,sw1,tv,mmd --json > all.json
[[ $(wc -l < all.json) == 1 ]]
py all.json "all(r[m]['value'] >= 0 and r[m]['floor'] >= 0 for m in ('w1','w2','sw1','tv','mmd'))"
py all.json "r['sw1']['projections'] == 500 and r['sw1']['seed'] == 1 and len(r['tv']['bins']) == 2 and r['mmd']['bandwidth'] > 0"
py all.json "r['rows']['samples'] == 700 and r['rows']['reference'] == 700 and r['rows']['floor'] == 700"
py all.json "r['seed'] == 2 and r['command'].startswith('dm-data make moons') and r['dm-data']['n'] == 700 and r['warnings'] == []"
py all.json "r['dm-eval']['seed'] == 1 and r['dm-eval']['metrics'] == 'w1,w2,sw1,tv,mmd' and r['reference']['spec']['dm-data']['seed'] == 3"

# the same bytes for any number of threads, another split for another seed
for n in 1 2 5; do OMP_NUM_THREADS=$n dm-eval samples.h5 test.h5 --metrics w2,sw2,mmd,moments,tv --json > threads$n.json; done
same threads1.json threads2.json
same threads1.json threads5.json
dm-eval samples.h5 test.h5 --metrics w2,sw2,mmd,moments,tv --json --seed 2 > seed2.json
differ threads1.json seed2.json

# a pipe gives what the file gives
dm-eval samples.h5 test.h5 --metrics sw2 --json --no-provenance > file.json
dm-eval - test.h5 --metrics sw2 --json --no-provenance < samples.h5 > pipe.json
same file.json pipe.json
dm-data make moons -n 500 -o - | dm-noise - --time 0.5 -o - | dm-eval - test.h5 --metrics sw2 --json > noised.json
py noised.json "r['sw2']['ratio'] > 3"

# assertions set the exit status
dm-eval samples.h5 test.h5 --metrics w2 --assert 'w2/floor<1.6' > table.txt
grep -q '^w2 ' table.txt
fails 1 dm-eval far.h5 test.h5 --metrics w2,sw2 --assert 'w2/floor<1.6,sw2<9'
says "'w2/floor<1.6' fails: [0-9.]+ is not < 1.6"
echo '{"assert": ["sw2/floor < 2", "moments.mean_error < .5"]}' > expected.json
dm-eval samples.h5 test.h5 --metrics sw2,moments --assert-file expected.json > table.txt
fails 1 dm-eval far.h5 test.h5 --metrics sw2,moments --assert-file expected.json
fails 1 dm-eval samples.h5 samples.h5 --metrics w2 --assert 'w2/floor<1.6'
says 'w2.floor is null \(the reference has 700 rows'
says '700 rows of the samples \(of 700\) are bit-equal to rows of the reference'
fails 2 dm-eval samples.h5 test.h5 --metrics w2 --assert 'w2/floor'
says 'expected a comparison'
fails 2 dm-eval samples.h5 test.h5 --metrics w2 --assert 'sw2<1'
says "names 'sw2'"
for nothing in '' ','; do fails 2 dm-eval samples.h5 test.h5 --metrics w2 --assert "$nothing"; done
echo '{"assert": []}' > wrong.json
fails 78 dm-eval samples.h5 test.h5 --metrics w2 --assert-file wrong.json
says 'at least one comparison'
echo '{"dm-eval": {"assert": []}}' > wrong.json
fails 78 dm-eval samples.h5 test.h5 --spec wrong.json
echo '{"asert": []}' > wrong.json
fails 78 dm-eval samples.h5 test.h5 --metrics w2 --assert-file wrong.json

# floors
dm-eval samples.h5 test.h5 --metrics w1 --floor none --json > none.json
py none.json "r['w1']['floor'] is None and r['w1']['floor_reason'] == 'switched off' and r['rows']['reference'] == 2000"
dm-eval samples.h5 test.h5 --metrics w1,w2 --floor none > none.txt
grep -q '^no floor of w1, w2: switched off$' none.txt
dm-eval samples.h5 samples.h5 --metrics w1 -q > half.txt
grep -q '^no floor of w1: the reference has 700 rows.*--rows 350' half.txt
dm-eval samples.h5 samples.h5 --metrics w1 --rows 350 -q > half.txt
[[ $(<half.txt) != *'no floor'* ]]
dm-eval samples.h5 test.h5 --metrics w1 --floor 0.5 --json > number.json
py number.json "r['w1']['floor'] == .5 and r['w1']['ratio'] == r['w1']['value'] / .5"
dm-data make moons -n 700 --seed 9 -o other.h5
dm-eval samples.h5 test.h5 --metrics w1 --floor other.h5 --json > rows.json
py rows.json "0 < r['w1']['floor'] < .2 and r['rows']['floor'] == 700 and r['w1']['value'] == json.load(open('none.json'))['w1']['value']"
fails 2 dm-eval samples.h5 test.h5 --metrics w1 --floor -1
fails 66 dm-eval samples.h5 test.h5 --metrics w1 --floor nowhere.h5
dm-eval samples.h5 test.h5 --metrics w1 --rows 300 --json > subset.json
py subset.json "r['rows']['samples'] == 300 and r['rows']['floor'] == 300"

# memorisation
dm-data make moons -n 1000 --seed 5 -o train.h5
dm-eval samples.h5 test.h5 --metrics nn-share --train train.h5 --json > honest.json
py honest.json "abs(r['nn-share']['z']) < 4 and r['nn-share']['rows_each'] == 1000"
fails 0 dm-eval train.h5 test.h5 --metrics nn-share --train train.h5 --json > memorised.json
says '1000 rows of the samples \(of 1000\) are bit-equal to rows of the training data'
py memorised.json "r['nn-share']['value'] > .999"
fails 2 dm-eval samples.h5 test.h5 --metrics nn-share
says '--train FILE'

# options of a metric; what is refused
dm-eval samples.h5 test.h5 --metrics '["w1", {"type": "tv", "bins": 7}]' --json > bins.json
py bins.json "r['tv']['bins'] == [7, 7]"
fails 2 dm-eval samples.h5 test.h5 --metrics w1,sw3
says "Did you mean 'sw1'"
fails 2 dm-eval samples.h5 test.h5 --metrics w1,w1
says 'twice'
dm-data make gaussian --dim 3 -n 50 -o three.h5 2>/dev/null || dm-data make gaussian --covariance '[[1,0,0],[0,1,0],[0,0,1]]' --mean 0,0,0 -n 50 -o three.h5
fails 65 dm-eval three.h5 test.h5 --metrics w1
says '3 columns'
dm-data make moons -n 20000 -o big.h5
fails 2 dm-eval big.h5 big.h5 --metrics w2
says '20000 and 20000 points has 400 million arcs.*sw2.*--rows'

# the training file that the samples' provenance names is found and compared
dm-train train.h5 -o model.h5 --seed 1 --set steps=20 -q
dm-sample model.h5 -n 200 --seed 2 -o drawn.h5 -q
dm-eval drawn.h5 test.h5 --metrics nn-share --json > drawn.json
py drawn.json "r['train']['file'].endswith('train.h5')"

# the line tells how the samples came to be, as far as the files behind them are there unchanged; CSV tells the same
py drawn.json "r['seed'] == 2 and r['dm-sample']['n'] == 200 and r['dm-train']['steps'] == 20 and r['dm-data']['seed'] == 5"
dm-sample model.h5 -n 200 --seed 4 --sampler ddim --eta 0.5 --steps 7 -o ddim.h5 -q
for form in json csv; do dm-eval ddim.h5 test.h5 --metrics w2,moments --format $form > ddim.$form; done
/usr/bin/python3 - << 'E'
import csv, json
header, row = csv.reader(open('ddim.csv'))
cells = dict(zip(header, row))
def walk(name, v):
    if not isinstance(v, dict):
        yield name, v
        return
    if name and 'type' in v:
        yield name, v['type']
    for k, x in v.items():
        if not (name and k == 'type'):
            yield from walk(name + '.' + k if name else k, x)
told = dict(walk('', json.load(open('ddim.json'))))
assert header == list(told) and len(row) == len(header) and header[0] == 'w2.value'
for k, v in told.items():
    cell = cells[k]
    assert k == 'dm-eval.format' or (cell == '' if v is None else cell == v if isinstance(v, str) else json.loads(cell) == v), (k, cell, v)
assert (cells['dm-sample.sampler'], cells['dm-sample.sampler.eta'], cells['dm-sample.steps'], cells['seed']) == ('ddim', '0.5', '7', '4')
E
mv train.h5 gone.h5
dm-eval drawn.h5 test.h5 --metrics w2 --json > gone.json
py gone.json "r['dm-train']['steps'] == 20 and 'dm-data' not in r and r['seed'] == 2"
dm-data export samples.h5 -o samples.csv
dm-eval samples.csv test.h5 --metrics w2 --json > table.json
py table.json "r['seed'] is None and r['command'] is None and 'dm-data' not in r and r['samples']['file'] == 'samples.csv'"
dm-eval samples.h5 test.h5 --metrics w2 --json --format json > twice.json
fails 2 dm-eval samples.h5 test.h5 --metrics w2 --json --format csv
says '--json is --format json, but --format csv is given too'
