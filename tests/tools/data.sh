# shellcheck shell=bash
# dm-data from the outside: every verb, files, pipes, tables, and that what another program reads is what was meant.

# make: row i does not depend on n, nor on threads; a pipe carries the bytes of a file
dm-data make moons -n 20000 --seed 1 -o moons.h5
dm-data make moons -n 5000 --seed 1 -o few.h5
dm-data export moons.h5 -o moons.csv
dm-data export few.h5 -o few.csv
head -n 5001 moons.csv | cmp - few.csv
for threads in 1 2 5; do
  OMP_NUM_THREADS=$threads dm-data make 8gaussians -n 3000 --seed 2 --no-provenance -o "t$threads.h5"
done
same t1.h5 t2.h5
same t1.h5 t5.h5
dm-data make 8gaussians -n 3000 --seed 2 --no-provenance -o - | cmp - t1.h5
dm-data make 8gaussians -n 3000 --seed 3 --no-provenance -o other.h5
differ t1.h5 other.h5
dm-data make moons -n 5000 -o - | dm-data info - --json | grep -q '"rows":5000,"columns":2'
dm-data make moons -n 5000 -o - > /dev/null

# every set, and what its spec says: the printed spec is a spec
for set in moons 8gaussians circles scurve checkerboard pinwheel swissroll gaussian ninemodes moons-dsb 8gaussians-dsb scurve-dsb swissroll-dsb circles-dsb \
  checkerboard-dsb pinwheel-dsb mixture-dsb two_moons gaussian_linear gaussian_mixture slcp cdsb_1d cdsb_5d cdsb_1d_rev bod bod_posterior moons-tcfm 8gaussians-tcfm scurve-tcfm circles-tcfm; do
  dm-data make $set -n 200 --no-provenance -o "set-$set.h5"
  dm-data make $set -n 200 --print-spec > spec.json
  dm-data make --spec spec.json --no-provenance -o - | cmp - "set-$set.h5"
done
dm-data make moons --noise 0 --balanced -n 10 -o exact.h5
fails 2 dm-data make moon -o x.h5
says "Did you mean 'moons'"
fails 2 dm-data make moons -n 0 -o x.h5
fails 73 dm-data make moons -o moons.h5
says 'exists and is kept'
dm-data make moons -n 20000 --seed 1 --force -o moons.h5
[[ ! -e x.h5 ]]

# export and import: back to the same bits
dm-data import moons.csv --no-provenance -o back.h5
dm-data export back.h5 -o back.csv
same back.csv moons.csv
dm-data export moons.h5 -o moons.npy
dm-data import moons.npy -o npy.h5
dm-data export npy.h5 -o npy.csv
same npy.csv moons.csv
dm-data import moons.h5:/x --x 2 -o second.h5
[[ $(dm-data export second.h5 | sed -n 2p) == "$(sed -n 2p moons.csv | cut -d, -f2)" ]]
dm-data import -:/x --x 2 -q --no-provenance -o piped.h5 < moons.h5
[[ $(dm-data checksum piped.h5 | cut -c1-64) == "$(dm-data checksum second.h5 | cut -c1-64)" ]]
dm-data import -:/x -q -o lined.h5 < moons.h5
dm-eval lined.h5 moons.h5 --metrics sw2 -q --json > lined.json
dm-data import - --x x2 --y x1 -o swapped.h5 < moons.csv
dm-data info swapped.h5 --json | grep -q '"fields":\["y"\]'
dm-data export moons.h5 -o CAPITALS.CSV
same CAPITALS.CSV moons.csv
dm-data export moons.h5 -o CAPITALS.NPY
same CAPITALS.NPY moons.npy
fails 2 dm-data export moons.h5 -o moons.txt
says '.csv and .npy'
printf 'a,b\n1,2\n3,x\n' > bad.csv
fails 65 dm-data import bad.csv -o bad.h5
says "bad.csv:3:3: 'x' is not a number"
printf 'a,b\n1,nan\n' > nan.csv
fails 65 dm-data import nan.csv -o bad.h5
dm-data import nan.csv --allow-nonfinite -o nan.h5
fails 2 dm-data import moons.csv --x x3 -o bad.h5
fails 66 dm-data import none.csv -o bad.h5

# y, t and weights come back too
printf 'a,b,theta,w\n.1,2,3,.5\n4,5e-3,6,1\n' > full.csv
dm-data import full.csv -q --no-provenance --y theta --weights w -o full.h5
dm-noise full.h5 -q --time .5,1 -o later.h5
dm-data export later.h5 -o later.csv
[[ $(head -1 later.csv) == a,b,theta,t,weights ]]
dm-data import later.csv -q --y theta --t t --weights weights -o again.h5
dm-data export again.h5 | cmp - later.csv
printf 'name,x\nfirst,1\n' > words.csv
dm-data import words.csv -q --x x -o words.h5
fails 2 dm-data import words.csv --x 2,2 -o x.h5
says 'named twice'

# a first line of words and numbers is a row or a header: the user says which
printf '1,a\n2,3\n' > mixed.csv
fails 65 dm-data import mixed.csv -o x.h5
says "mixed.csv:1:3: 'a' is no number but '1' is one.*--header yes\|no"
dm-data import mixed.csv --header yes -o mixed.h5
[[ $(dm-data info mixed.h5) == 'mixed.h5: 1 row, 2 columns'* ]]

# comments that could be rows are counted, over all tables
printf 'a,b\n1,2\n#1,5\n# words\n3,4\n' > tagged.csv
dm-data import tagged.csv tagged.csv -o tagged.h5 2> stderr
says '2 lines that could be a row but for the # at the beginning: passed over'
[[ $(dm-data info tagged.h5) == 'tagged.h5: 4 rows, 2 columns'* ]]

# names that are numbers come back as names, by their quotes; where those below are in quotes too, the user says
printf '1,#2\n3,4\n' > years.csv
dm-data import years.csv -q --header yes --no-provenance -o years.h5
dm-data export years.h5 -o quoted.csv
[[ $(head -1 quoted.csv) == '"1","#2"' ]]
dm-data import quoted.csv -q --no-provenance -o quoted.h5
same quoted.h5 years.h5
printf '"1","2"\n"3","4"\n' > quotes.csv
fails 65 dm-data import quotes.csv -o x.h5
says 'quotes.csv:2:1: this line is in quotes like the first one.*--header yes\|no'
dm-data import quotes.csv -q --header no -o quotes.h5
dm-data import quotes.csv -q --header yes -o quotes-yes.h5

# names that export made up are none when they come back
[[ $(dm-data checksum back.h5 | cut -c1-64) == "$(dm-data checksum moons.h5 | cut -c1-64)" ]]
dm-data merge moons.h5 moons.csv back.h5 -o thrice.h5
dm-data import moons.csv -q --x x2 -o second-name.h5
dm-data info second-name.h5 --json | grep -q '"names":\["x2"\]'

# rows by conditions, columns from name to name, several tables; what the issue of a table says is the line to type
{
  echo cell,day,type,PC1,PC2,PC3,note
  for k in 0 1 2 3 4 5 6 7; do echo "c$k,$((k % 4)),\"B, naive\",$k,$((k + 10)),$((k + 20)),-"; done
} >cells.csv
dm-data import cells.csv -q --where day=3 --x PC1-PC3 -o d3.h5
[[ $(dm-data export d3.h5) == $'PC1,PC2,PC3\n3,13,23\n7,17,27' ]]
dm-data import cells.csv -q --where 'type=B, naive' --where 'day>=1' --where 'day<3' --x PC2 -o d12.h5
[[ $(dm-data export d12.h5 | tr '\n' ' ') == 'PC2 11 12 15 16 ' ]]
dm-data import --print-spec cells.csv --where 'type=B, naive' --where 'day>=1' --where 'day<3' --x PC2 >where.json
dm-data import cells.csv -q --spec where.json --no-provenance -o again12.h5
dm-data export again12.h5 | cmp - <(dm-data export d12.h5)
fails 65 dm-data import cells.csv --where day=9 --x PC1 -o x.h5
says "no row passes --where day=9. 'day' holds 0, 1, 2, 3"
fails 2 dm-data import cells.csv --where dya=1 --x PC1 -o x.h5
says "no column 'dya'.*Did you mean 'day'"
fails 2 dm-data import cells.csv --where day --x PC1 -o x.h5
says 'COLUMN=VALUE was expected'
fails 2 dm-data import cells.csv --x PC1 --x PC2 -o x.h5
says "'--x' is given 2 times"
dm-data import cells.csv cells.csv -q --x PC1 -o twice.h5
dm-data info twice.h5 --json | grep -q '"rows":16'

# info: the columns stand in line whatever their names
printf 'a long name of a column,\303\251\n1,2\n3,4\n' > long.csv
dm-data import long.csv -q -o long.h5
dm-data info long.h5 > info
[[ $(/usr/bin/python3 -c 'print({len(l.rstrip("\n")) for l in open("info", encoding="utf8").readlines()[1:4]})') == '{73}' ]]

# split: every row once, in order, with its number; merge puts them together again
dm-data split moons.h5 --fractions .8,.2 -o train.h5 test.h5
dm-data info train.h5 --json | grep -q '"rows":16000'
dm-data export train.h5 -o train.csv
dm-data export test.h5 -o test.csv
cmp <(tail -qn +2 train.csv test.csv | cut -d, -f1-2 | sort) <(tail -n +2 moons.csv | sort)
[[ $(head -1 train.csv) == x1,x2,index && $(cut -d, -f3 train.csv test.csv | grep -v index | sort -n) == "$(seq 0 19999)" ]]
dm-data split moons.h5 --fractions .8,.2 --seed 2 -o train2.h5 test2.h5
[[ $(dm-data checksum test.h5 | cut -c1-64) != "$(dm-data checksum test2.h5 | cut -c1-64)" ]]
dm-data split moons.h5 --fractions .8,.2 --no-shuffle -o head.h5 tail.h5
dm-data merge head.h5 tail.h5 -o whole.h5
[[ $(dm-data checksum whole.h5 | cut -c1-64) == "$(dm-data checksum moons.h5 | cut -c1-64)" ]]
fails 2 dm-data split moons.h5 --fractions .8,.3 -o a.h5 b.h5
fails 2 dm-data split moons.h5 --fractions .8,.2 -o a.h5
fails 65 dm-data merge moons.h5 second.h5 -o both.h5

# the shards of a run are merged whole, in order, and with none of another run
for k in 1 2 3; do
  dm-data make moons -n 100 --shard $k/3 -q -o part-$k.h5
  dm-data make moons -n 100 --shard $k/3 --seed 2 -q -o seed-$k.h5
done
dm-data make moons -n 100 --shard 3/4 -q -o quarter.h5
dm-data make moons -n 100 --shard 2/3 -q --no-provenance -o silent.h5
dm-data make moons -n 100 -q -o hundred.h5
dm-data merge part-1.h5 part-2.h5 part-3.h5 -o shards.h5
[[ $(dm-data checksum shards.h5 | cut -c1-64) == "$(dm-data checksum hundred.h5 | cut -c1-64)" ]]
dm-data merge hundred.h5 part-1.h5 silent.h5 part-2.h5 part-3.h5 shards.h5 -o more.h5
while IFS='|' read -r files sentence; do
  read -ra words <<< "$files"
  fails 65 dm-data merge "${words[@]}" -o none.h5
  says "$sentence"
done << 'TABLE'
part-1.h5 part-1.h5|'part-1.h5' is shard 1/3, and so is 'part-1.h5'; each is merged once
part-1.h5 part-3.h5|'part-1.h5' is shard 1/3; of its run 2/3 is not among the files to merge
part-1.h5 hundred.h5|of its run 2/3, 3/3 is not among
part-1.h5 seed-2.h5 part-3.h5|'seed-2.h5' is shard 2/3 of another run; 'part-1.h5' is shard 1/3. What differs.*
part-1.h5 part-2.h5 quarter.h5|'quarter.h5' is shard 3/4 of another run; 'part-1.h5' is shard 1/3\.$
part-1.h5 part-3.h5 part-2.h5|the shards of a run are merged in their order: part-1.h5 part-2.h5 part-3.h5
TABLE
fails 65 dm-data merge part-1.h5 seed-2.h5 part-3.h5 -o none.h5
says '/dm-data/seed: 1 there, 2 here'
dm-sample - -n 9 --shard 1/2 -q -o drawn-1.h5 <<< '{"density": {"type": "gaussian", "mean": [0, 0]}}'
dm-sample - -n 9 --shard 2/2 -q -o drawn-2.h5 <<< '{"density": {"type": "gaussian", "mean": [0, 1]}}'
fails 65 dm-data merge drawn-1.h5 drawn-2.h5 -o none.h5
says '/inputs: '

printf 'a,b\n1,2\n' > ab.csv
printf 'a,c\n1,2\n' > ac.csv
fails 65 dm-data merge ab.csv ac.csv -o both.h5
says "column 2 of x: 'ac.csv' names it 'c', 'ab.csv' names it 'b'"
fails 65 dm-data merge moons.h5 ab.csv -o both.h5
says "column 1 of x: 'ab.csv' names it 'a', 'moons.h5' has no name for it"

# weighted rows: the moments are theirs
printf 'x,w\n0,3\n4,1\n' > weighted.csv
dm-data import weighted.csv -q --weights w -o weighted.h5
dm-data info weighted.h5 --json | grep -q '"weighted":true,"mean":\[1.0\],"std":\[1.7320508075688772\],"min":\[0.0\],"max":\[4.0\]'
dm-data info weighted.h5 | grep -q 'weights; mean and std are weighted$'
dm-data info moons.h5 --json | grep -q '"weighted":false'

# rows of no weight may say so by their logarithm; infinities that were there stay in float32
printf 'x,l\n0,0\n4,-inf\n' > logged.csv
dm-data import logged.csv -q --log-weights l -o logged.h5
dm-data info logged.h5 --json | grep -q '"weighted":true,"mean":\[0.0\]'
printf 'x\n1\n-inf\n' > infinite.csv
dm-data import infinite.csv -q --allow-nonfinite --dtype float32 -o infinite.h5
[[ $(dm-data export infinite.h5 | tail -1) == -inf ]]

# the checksum sees content alone
dm-data make moons -n 100 --no-provenance -o a.h5
dm-data make moons -n 100 -o b.h5
[[ $(dm-data checksum a.h5 | cut -c1-64) == "$(dm-data checksum b.h5 | cut -c1-64)" ]]
dm-data checksum a.h5 --json | grep -q '^{"a.h5":"[0-9a-f]\{64\}"}$'

# outputs: nothing half-written stays behind
content() { find . -mindepth 1 -maxdepth 1 ! -name stderr ! -name before ! -name after | sort; }
content > before
fails 74 dm-data make moons -n 100000 -o /dev/full
(ulimit -f 8; fails 74 dm-data make moons -n 100000 -o big.h5)
says 'File too large'
fails 74 bash -c 'dm-data make moons -n 10 -o - >&-'
fails 74 dm-data split moons.h5 --fractions .5,.5 -o half.h5 /dev/full
(ulimit -f 32; fails 74 dm-data split moons.h5 --fractions .01,.9 -o half.h5 big.h5)
status=0
dm-data make moons -n 1000000 -o - 2> /dev/null | head -c 1 > /dev/null || status=${PIPESTATUS[0]}
[[ $status == 141 || $status == 74 ]]
fails 2 dm-data split moons.h5 --fractions .5,.5 -o moons.h5 other2.h5 --force
content > after
same before after

# hostile inputs are one sentence and a status, never a signal
head -c 3000 moons.h5 > short.h5
fails 65 dm-data info short.h5
printf '{"seed": 1}' > run.json
fails 65 dm-data info run.json
: > empty.h5
fails 65 dm-data info empty.h5
fails 66 dm-data info .

# another program reads it
if need_oracles h5py numpy; then
  dm-data make moons -n 100 --seed 5 -o h5py.h5
  dm-data export h5py.h5 -o h5py.csv
  dm-data export h5py.h5 -o h5py.npy
  /usr/bin/python3 - << 'PYTHON'
import h5py, json, numpy
f = h5py.File('h5py.h5')
x = f['x'][:]
assert x.shape == (100, 2) and x.dtype == numpy.float64
assert f.attrs['encoding-type'] == 'dm-dataset' and f.attrs['encoding-version'] == '1.0'
assert json.loads(f.attrs['state'])['components'][0]['dim'] == 2
p = f['provenance'].attrs
assert p['command'].startswith('dm-data make moons') and p['seed'] == 5
assert json.loads(p['spec'])['dm-data']['law']['noise'] == 0.05
assert (numpy.loadtxt('h5py.csv', delimiter=',', skiprows=1) == x).all()
assert (numpy.load('h5py.npy') == x).all()
with h5py.File('made.h5', 'w') as g:
    g['obsm/X_pca'] = numpy.arange(12, dtype='f4').reshape(4, 3)
    g.create_dataset('packed', data=numpy.arange(1000.).reshape(100, 10), chunks=(10, 10), compression='gzip', shuffle=True)
    g['obs/day'] = numpy.array([0, 4, 4, 1])
    g['obs/good'] = numpy.array([True, True, False, True])
    g['mask'] = numpy.array([[True, False], [False, False]])
    e = h5py.enum_dtype({'no': 0, 'yes': 1}, basetype='i1')
    g.create_dataset('obs/lit', data=numpy.array([0, 1, 1, 0], dtype='i1'), dtype=e)
    g['obs/cell'] = numpy.array(['a', 'b', 'c', 'd'], dtype=h5py.string_dtype())
    g['obs/fixed'] = numpy.array([b'aa', b'b', b'b', b'b'])
    g['obs/type/codes'] = numpy.array([0, 1, -1, 1], dtype='i1')
    g['obs/type/categories'] = numpy.array(['B cell', 'T'], dtype=h5py.string_dtype())
    g['obs/dose/codes'] = numpy.array([0, 1, 1, 0], dtype='i1')
    g['obs/dose/categories'] = numpy.array([2., .5])
    g['obs/old'] = numpy.array([1, 1, 0, 0], dtype='i1')
    g['obs/__categories/old'] = numpy.array(['no', 'yes'], dtype=h5py.string_dtype())
    g['obs/wrong/codes'] = numpy.array([0, 1, 2, 0], dtype='i1')
    g['obs/wrong/categories'] = numpy.array(['a', 'b'], dtype=h5py.string_dtype())
    g['obs/short'] = numpy.array([1, 2])
    g['other/batch'] = numpy.array([7, 8, 7, 8])
    g['obs/barcode'] = 9007199254740992 + numpy.arange(4)
    g['ids'] = numpy.array([[1, 1], [9007199254740993, 2]])
with h5py.File('made.h5') as g, h5py.File('other.h5ad', 'w') as h:
    for k in 'obsm', 'obs': g.copy(k, h)
    h['obs/type/categories'][...] = ['T', 'B cell']
with h5py.File('integers.h5', 'w') as g:
    g.attrs['encoding-type'], g.attrs['encoding-version'] = 'dm-dataset', '1.0'
    g['x'] = numpy.array([[1], [9007199254740993]])
numpy.save('made.npy', numpy.arange(6, dtype='i4').reshape(2, 3))
PYTHON
  dm-data import made.h5:/obsm/X_pca --x 1-2 -o pca.h5
  [[ $(dm-data export pca.h5 | sed -n 3p) == 3,4 ]]
  dm-data import made.h5:/packed -o packed.h5
  [[ $(dm-data export packed.h5 | tail -1) == 990,* ]]
  dm-data import made.h5:/mask -q -o mask.h5
  [[ $(dm-data export mask.h5 | tr '\n' ' ') == 'x1,x2 1,0 0,0 ' ]]
  dm-data import made.h5:/mask -q --where 1=true -o masked.h5
  [[ $(dm-data export masked.h5 | tr '\n' ' ') == 'x1,x2 1,0 ' ]]
  # columns that stand beside the table, as AnnData keeps them: numbers, texts, booleans, categories, any path
  while IFS='|' read -r where rows; do
    for trust in --no-provenance --trust-input; do
      dm-data import made.h5:/obsm/X_pca -q $trust --where "$where" -f -o beside.h5
      [[ $(dm-data export beside.h5 | sed 1d | cut -d, -f1 | tr '\n' ' ') == "$rows " ]] || { echo "--where $where" >&2; false; }
    done
  done <<'TABLE'
day=4|3 6
day!=4|0 9
day<4|0 9
good=TRUE|0 3 9
good=True|0 3 9
good=1|0 3 9
good!=true|6
good=0|6
good<1|6
lit=yes|3 6
cell=c|6
fixed=b|3 6 9
type=B cell|0
type!=B cell|3 6 9
type=|6
dose=.5|3 6
dose>1|0 9
old=yes|0 3
/other/batch=8|3 9
/obs/type=T|3 9
2=4|3
TABLE
  # and as columns of the dataset; categories are numbers that the file and the models that learn from it explain
  dm-data import made.h5:/obsm/X_pca --y day,good,old,dose --weights /other/batch -q -o with-y.h5
  [[ $(dm-data export with-y.h5 | sed -n '1p;3p') == $'x1,x2,x3,day,good,old,dose,weights\n3,4,5,4,1,1,0.5,8' ]]
  dm-data import made.h5:/obsm/X_pca --x 2,day --where 'type!=' --y type -o typed.h5 2> stderr
  says "the categories 'type' are numbers in y: 0 B cell, 1 T"
  [[ $(dm-data export typed.h5 | tr '\n' ' ') == 'x1,day,type 1,0,0 4,4,1 10,1,1 ' ]]
  dm-data info typed.h5 --json | grep -q '"labels":{"type":\["B cell","T"\]}'
  dm-data import other.h5ad:/obsm/X_pca --x 2,day --where 'type!=' --y type -q -o other-typed.h5
  fails 65 dm-data merge typed.h5 other-typed.h5 -o x.h5
  says "the numbers of y stand for .*\"T\",\"B cell\".* in 'other-typed.h5'"
  dm-train typed.h5 --steps 1 --set network.width=8 -q -o typed-model.h5
  fails 65 dm-sample typed-model.h5 --y other-typed.h5 -n 2 -o x.h5
  says 'the same categories in the same order were expected'
  dm-sample typed-model.h5 --y typed.h5 -n 1 -q -o typed-samples.h5
  dm-data info typed-samples.h5 --json | grep -q '"labels":{"type":\["B cell","T"\]}'
  fails 65 dm-data import made.h5:/obsm/X_pca --y type -o x.h5
  says "row 3: 'type' has no value; --where 'type!='"
  fails 65 dm-data import made.h5:/obsm/X_pca --x 1,type --where 'type!=' -o x.h5
  says "'type' has categories; they can be a condition, as --y, and nothing else"
  fails 65 dm-data import made.h5:/obsm/X_pca --y cell -o x.h5
  says "row 1: 'cell' is 'a', a text; numbers or categories were expected"
  fails 2 dm-data import made.h5:/obsm/X_pca --y dya -o x.h5
  says "no column 'dya'.*Did you mean 'day'"
  fails 65 dm-data import made.h5:/obsm/X_pca --t day -o x.h5
  says "'made.h5': /obs/day\[1\] \(t\) is 4.0; a time in \[0, 1\] was expected"
  fails 65 dm-data import made.h5:/obsm/X_pca --where 'day<4' --t /other/batch -o x.h5
  says "'made.h5': /other/batch\[0\] \(t\) is 7.0"
  fails 65 dm-data import made.h5:/obsm/X_pca --where 'day>2' --t 2 -o x.h5
  says "'made.h5': /obsm/X_pca\[1, 1\] \(t\) is 4.0"
  # identifiers beyond 2^53: texts to a condition, refused as numbers
  dm-data import made.h5:/obsm/X_pca -q --where barcode=9007199254740993 -o one.h5
  [[ $(dm-data export one.h5 | sed 1d) == 3,4,5 ]]
  fails 65 dm-data import made.h5:/ids --x 1 -o x.h5
  says "/ids\[1, 0\] is an integer beyond 2.53"
  dm-data import made.h5:/ids --x 2 -q -o x.h5 && rm x.h5
  fails 65 dm-data info integers.h5
  says "/x\[1, 0\] is an integer beyond 2.53"
  fails 2 dm-data import made.h5:/obsm/X_pca --where dya=4 -o x.h5
  says "no column 'dya', neither in the table nor as /obs/dya.*Did you mean 'day'"
  fails 65 dm-data import made.h5:/obsm/X_pca --where wrong=a -o x.h5
  says 'holds the code 2; /obs/wrong/categories has shape \[2\]'
  fails 65 dm-data import made.h5:/obsm/X_pca --where short=1 -o x.h5
  says 'short has shape \[2\]; a table of 4 rows'
  fails 65 dm-data import made.h5:/obsm/X_pca --where 'cell<2' -o x.h5
  says "row 1: 'a' is not a number"
  fails 2 dm-data import made.h5:/obsm/X_pca --where /obsm=2 -o x.h5
  says 'without codes and categories'
  fails 65 dm-data import made.h5:/obsm -o x.h5
  says 'is a group.*X_pca'
  dm-data import made.npy -o npy2.h5
  [[ $(dm-data export npy2.h5 | tail -1) == 3,4,5 ]]
fi

# real tables: comments, CRLF, headers to skip
if need_shared data/earth/quakes_all.csv; then
  while read -r name skip rows; do
    dm-data import "$DM_SHARED/data/earth/$name.csv" --skip "$skip" --x 2,1 -o "$name.h5"
    dm-data info "$name.h5" --json | grep -q "\"rows\":$rows,\"columns\":2"
    dm-data info "$name.h5" --json | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert -180 <= d["min"][0] and d["max"][0] <= 180.01 and -90 <= d["min"][1] and d["max"][1] <= 90, d'
  done << 'TABLES'
volerup 2 827
quakes_all 4 6120
flood 2 4875
fire 1 12809
TABLES
  [[ $(dm-data export quakes_all.h5 | sed -n 2p) == 35.5,31.1 ]]
fi

# moments of numbers whose squares overflow or vanish
printf '1e200\n3e200\n' >huge.csv
printf '1e-200\n3e-200\n' >tiny.csv
dm-data info huge.csv --json | grep -q '"mean":\[2e+200\],"std":\[1e+200\]'
dm-data info tiny.csv --json | grep -q '"mean":\[2e-200\],"std":\[1e-200\]'

# info of what was trained: what was learned and how, what was measured, which parameters are kept; of a run that was stopped: where
printf 'a,b,kind\n' >kinds.csv
for i in {1..120}; do echo "$((i % 7)).$i,$((i % 5)).$((i * 37 % 91)),$((i % 3))"; done >>kinds.csv
dm-data import kinds.csv --x a,b --y kind -q -o kinds.h5
dm-train kinds.h5 --condition label --condition-dropout .1 --held-out .3 --metrics w2,sw2 --criterion sw2 --set network.width=8 --steps 60 -q -o learned.h5
dm-data info learned.h5 >info
head -1 info | grep -qx 'learned.h5: a model of x in 2 dimensions given y in 1 column by dm-train'
for line in 'columns    a, b' 'condition  label, kind; it may be left out' 'process    ve \(sigma_min 0.002, sigma_max 80.0\)' 'network    mlp \(layers 3, width 8,.*' \
  'parameters [0-9]+, the output is edm' 'steps      60 of 512 rows, last loss [0-9.]+' 'held out   lowest [0-9.]+ at step [0-9]+' 'w2         lowest [0-9.]+ at step [0-9]+' \
  'sw2        lowest [0-9.]+ at step [0-9]+, whose parameters are kept' 'made by    dm-train kinds.h5 .* -o learned.h5' 'sha256     [0-9a-f]{64}'; do
  grep -qxE "  $line" info
done
dm-train kinds.h5 --condition none --held-out .3 --set network.width=8 --steps 60 -q --no-provenance -o plain.h5
dm-data info plain.h5 | grep -qE '^  held out   lowest .*, whose parameters are kept$'
dm-data info plain.h5 --json | grep -q '"condition":null.*"metrics":null,"command":null}$'
if need_oracles h5py numpy; then
  dm-data info learned.h5 --json | /usr/bin/python3 -c '
import h5py, json, sys
v, f = json.load(sys.stdin), h5py.File("learned.h5")
assert v["type"] == "dm-model" and v["trained_by"] == "dm-train" and v["dimension"] == 2 and v["names"] == ["a", "b"], v
assert v["condition"] == {"type": "label", "classes": 3, "names": ["kind"], "labels": None}, v
sizes = []
f["ema"].visititems(lambda _, d: sizes.append(d.size) if isinstance(d, h5py.Dataset) else None)
assert v["parameters"] == sum(sizes), v
at = f["held_out"][:].argmin()
assert v["held_out"] == {"value": f["held_out"][at], "step": f["held_out_step"][at]} and v["loss"] == f["loss"][-1], v
assert sorted(v["metrics"]) == sorted(f["metrics"]) and all(v["metrics"][k] == list(f["metrics"][k]) for k in v["metrics"]), v'
  cp learned.h5 short-metrics.h5
  /usr/bin/python3 -c '
import h5py
f = h5py.File("short-metrics.h5", "r+")
del f["metrics/w2"], f["metrics/step"]
f["metrics/w2"] = [float("nan")]'
  fails 65 dm-data info short-metrics.h5
  says "short-metrics.h5.*metrics/step"
fi
stopped TERM half.h5 dm-train kinds.h5 --set network.width=8 --steps 1000000 --checkpoint 10 --resume -q -o half.h5
step=$(sed -n 's/.*stopped at step \([0-9]*\) of.*/\1/p' stderr)
dm-data info half.h5.checkpoint | head -1 | grep -qx "half.h5.checkpoint: the checkpoint of an unfinished run of dm-train in 2 dimensions, at step $step; the same line with --resume continues it"
stopped TERM bridge.h5 dm-dsbm kinds.h5:/x moons.h5 --set network.width=8 --steps 1000000 --checkpoint 10 --resume -q -o bridge.h5
step=$(sed -n 's/.*stopped at step \([0-9]*\) of.*/\1/p' stderr)
dm-data info bridge.h5.checkpoint --json | grep -q "\"type\":\"dm-checkpoint\".*\"trained_by\":\"dm-dsbm\",\"step\":$step,\"dimension\":2"
dm-data info learned.h5 moons.h5 half.h5.checkpoint --json | grep -qE '^\[\{"file":"learned.h5","type":"dm-model",.*\{"file":"moons.h5","type":"dm-dataset",.*"type":"dm-checkpoint"'
dm-data info moons.csv --json | grep -q '"type":"table"'
