# dm-theory: every curve as table, answer and picture; assertions; refusals; stable bytes.
for curve in tv decomposition few-steps; do
  dm-theory $curve -o $curve.h5 $curve.png -q >$curve.txt
  [[ -s $curve.txt && $(head -c 4 $curve.png | tail -c 3) == PNG ]]
  dm-data info $curve.h5 | grep -q columns
  # The table carries its charts: the picture of the file is the picture of the command.
  dm-plot $curve.h5 -o again.png --force
  same $curve.png again.png
done
dm-theory ula --chains 100 --chain-steps 100 -o ula.h5 -q >/dev/null
OMP_NUM_THREADS=1 dm-theory ula --chains 100 --chain-steps 100 -o - -q >ula1.h5
[[ $(dm-data checksum ula.h5 | cut -d' ' -f1) == $(dm-data checksum ula1.h5 | cut -d' ' -f1) ]]
dm-theory manifold --stops .01,.1 --horizons 1,2,3 --horizon 2 --steps .1,.05 --errors .1,.2 --error-step .05 -o manifold.svg -q | grep -q '^isolated'
dm-theory tv -o - -q | dm-plot - -o pipe.png
same pipe.png tv.png

# The answer, and assertions on it.
dm-theory tv --json -q >tv.json
grep -q '"rate_final":2.0' tv.json
dm-theory tv --assert 'tv.rate_final > 1.99,abs(tv.order_gamma - 1) < .05' -q >/dev/null
fails 1 dm-theory tv --assert 'tv.rate_final < 1' --json -q >answer && says 'fails: 2'
fails 1 dm-theory tv --assert 'tv.rate_fnial < 1' --json -q >answer && says 'is not in the results'
fails 2 dm-theory tv --assert 'ula.violations < 1' -q && says "names 'ula'"
echo '{"assert": ["ula.violations < 1", "tv.violations < 1"]}' >expected.json
dm-theory tv --assert-file expected.json -q >/dev/null
echo '{"assert": ["tvv.violations < 1"]}' >wrong.json
fails 78 dm-theory tv --assert-file wrong.json -q && says "Did you mean 'tv'"

# A spec says the same as flags.
echo '{"dm-theory": {"curve": {"type": "tv", "mean": 1, "horizons": [1, 2, 3]}}}' >run.json
dm-theory --spec run.json -o a.h5 -q --no-provenance >/dev/null
dm-theory tv --mean 1 --horizons 1,2,3 -o b.h5 -q --no-provenance >/dev/null
same a.h5 b.h5

# Any table as lines.
dm-plot tv.h5 --kind lines --x gamma --y tv,bound -o lines.png
dm-plot tv.h5 --kind lines --x T --y tv --group M --style dots --yscale linear -o by.png
fails 65 dm-plot tv.h5 --kind lines --x time -o x.png && says "no column 'time'"

# Refusals, before anything is written.
fails 2 dm-theory tvv -o x.h5 && says "Did you mean 'tv'"
fails 2 dm-theory tv -o x.jpg && says '\.png'
fails 2 dm-theory ula --steps 2,.1 -o x.h5 && says '1 / L = 1'
for wrong in 'tv --horizons 3,2,1' 'tv --horizons 1,1,1' 'decomposition --horizons 2,1' 'manifold --horizons 1,3,2' 'few-steps --counts 320,10,80'; do
  # shellcheck disable=SC2086
  fails 2 dm-theory $wrong -o x.h5 && says 'rising numbers were expected'
done
fails 2 dm-theory tv --steps .1 -o x.h5 && says 'at least 3, 2 and 2'
fails 73 dm-theory tv -o tv.h5 && says exists
[[ ! -e x.h5 && ! -e x.png ]]
