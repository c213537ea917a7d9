# dm-plot: kinds, formats, pipes, refusals, stable bytes.
dm-data make moons -n 2000 --seed 1 -o a.h5
dm-data make moons -n 1000 --seed 2 -o b.h5

# Each format by its suffix, with the bytes that belong to it, equal on every run and for any number of threads.
dm-plot a.h5 b.h5 -o moons.png
dm-plot a.h5 b.h5 -o moons.svg
dm-plot a.h5 b.h5 -o moons.PDF
[[ $(head -c 4 moons.png | tail -c 3) == PNG ]]
[[ $(head -c 5 moons.svg) == "<?xml" ]]
[[ $(head -c 5 moons.PDF) == "%PDF-" ]]
for suffix in png svg PDF; do
  OMP_NUM_THREADS=1 dm-plot a.h5 b.h5 -o "again.$suffix"
  same "moons.$suffix" "again.$suffix"
done
dm-plot b.h5 a.h5 -o other.png
differ moons.png other.png

# A pipe is as good as a file; a title and another size change the picture.
dm-plot - -o pipe.png --names a <a.h5
dm-plot a.h5 -o file.png
same pipe.png file.png
dm-plot a.h5 -o titled.png --title "Two moons"
differ titled.png file.png

# The kind follows from the data or is asked for; a spec says the same as flags.
dm-data make gaussian -n 500 --dim 1 -o g1.h5
dm-data make gaussian -n 500 --dim 4 -o g4.h5
dm-plot g1.h5 -o g1.png
dm-plot g1.h5 --kind density -o g1d.png
same g1.png g1d.png
dm-plot g4.h5 -o g4.png
dm-plot g4.h5 --kind corner -o g4c.png
same g4.png g4c.png
dm-plot a.h5 --kind scatter --layout panels --radius 2 --limit 100 --xlim=-2,3 --ylim=-2,2 --labels u,v --width 4 --height 3 --dpi 90 -o flags.png
cat >run.json <<'JSON'
{"dm-plot": {"kind": {"type": "scatter", "radius": 2}, "limit": 100, "xlim": [-2, 3], "ylim": [-2, 2], "labels": ["u", "v"], "width": 4,
             "height": 3, "dpi": 90}}
JSON
dm-plot a.h5 --spec run.json -o spec.png
same flags.png spec.png
dm-plot a.h5 --kind density -o heat.svg
grep -q '<image' heat.svg

# A CSV is a table like any other.
dm-data export a.h5 -o a.csv
dm-plot a.csv -o csv.png --labels x,y

# The same columns in another order are refused, save by lines, which go by headers.
printf 'a,b\n1,2\n3,4\n' >ab.csv
printf 'b,a\n2,1\n4,3\n' >ba.csv
fails 65 dm-plot ab.csv ba.csv -o x.png && says "'ba' has 'b' as column 1 where 'ab' has 'a': the same columns in another order"
fails 65 dm-plot ab.csv ba.csv --kind corner -o x.png && says "in another order"
dm-plot ab.csv ba.csv --kind lines --x a --y b -o ordered.png

# Times, paths and losses.
dm-noise a.h5 --time 0.1,0.5 -o noised.h5
dm-plot noised.h5 -o noised.png
dm-noise a.h5 --time 0.1,0.2,0.5 --path -o paths.h5
dm-plot paths.h5 -o paths.png
dm-plot paths.h5 --kind path -o paths2.png
same paths.png paths2.png
dm-train a.h5 --steps 20 -o model.h5 -q
dm-plot model.h5 -o loss.png
dm-plot model.h5 --kind loss --yscale log -o loss2.svg
fails 65 dm-plot model.h5 a.h5 -o mixed.png

# Results against their settings, from lines of dm-eval: those of one file for each of two samplers, two steps and two seeds.
echo '{"density": {"type": "gaussian_mixture", "means": [[-2, 0], [2, 1]], "covariances": 0.1}}' >oracle.json
for seed in 1 2; do
  for sampler in ddim heun; do
    for steps in 4 8; do
      dm-sample oracle.json -n 100 --sampler $sampler --steps $steps --seed $seed -q -f -o s.h5
      dm-eval s.h5 a.h5 --metrics sw2 --json -q >>results.jsonl
      dm-eval s.h5 a.h5 --metrics sw2 --format csv -q >>eval.csv
    done
  done
done
at=dm-sample
dm-plot results.jsonl --x $at.steps --y sw2.value --group $at.sampler -o results.pdf # the options name the kind
dm-plot eval.csv --x $at.steps --y sw2.value --group $at.sampler --names results -o eval.pdf # and CSV says the same
same results.pdf eval.pdf
dm-plot - --kind lines --x $at.steps --y sw2 --group $at.sampler -o piped.pdf --names results <results.jsonl
same results.pdf piped.pdf
dm-plot results.jsonl --x $at.sampler --y sw2,sw2.floor --layout panels --band range -o categories.png
printf 'sw2.value,%s\n0.5,4\n0.25,8\n' $at.steps >results.csv
dm-plot results.csv --x $at.steps --y sw2.value -o csv-results.png
fails 65 dm-plot results.jsonl --x $at.stepz --y sw2 -o x.png && says "Did you mean '$at.steps'"
fails 2 dm-plot results.jsonl -o x.png && says "say which columns"
printf 'x,y\n1,2.0\nnan,3\n4,NA\n5,bad\n' >holes.csv
fails 65 dm-plot holes.csv --x x --y y -o x.png && says "'y' of 'holes' holds words .'bad' in line 5."
{ cat results.jsonl && echo '[1]'; } >broken.jsonl
fails 65 dm-plot broken.jsonl --x $at.steps --y sw2 -o x.png && says "line 9"

# What a model says at a time: densities and scores of oracles, drifts of bridges and plans, scores of trained models.
dm-plot oracle.json a.h5 -o law.png
dm-plot oracle.json a.h5 --kind density --time 0 --names oracle,a -o law0.png
same law.png law0.png
dm-plot oracle.json --time 0,0.1,0.4 --process vp -o laws.svg
dm-plot oracle.json --time 0,0.1,0.4 --process vp --names oracle -o named.svg # a name an input, however many times it is drawn at
same laws.svg named.svg
dm-plot oracle.json --time 0,0.1,0.4 --process vp --names law -o named.svg -f
differ laws.svg named.svg
fails 2 dm-plot oracle.json --time 0,0.1,0.4 --names p,q,r -o x.png && says "3 names for 1 input"
for suffix in png svg pdf; do
  dm-plot oracle.json a.h5 --kind quiver --time 0.3 -o score.$suffix
  OMP_NUM_THREADS=1 dm-plot oracle.json a.h5 --kind quiver --time 0.3 -o again-score.$suffix
  same score.$suffix again-score.$suffix
done
dm-plot model.h5 --kind quiver --time 0.5 -o model-score.svg
echo '{"bridge": {"type": "gaussian", "mean0": [0, 0], "cov0": 1, "mean1": [2, -1], "cov1": 0.5, "sigma": 1}}' >bridge.json
dm-plot bridge.json --time 0.2,0.8 -o drift.png
dm-plot bridge.json --noise 0 --time 0.2 -o flow.png
dm-plot bridge.json --time 0.2 --direction backward -o back.png
differ flow.png back.png
dm-ipf b.h5 b.h5 --sigma 1 -q -o plan.h5
dm-plot plan.h5 b.h5 -o plan.png
dm-ipf plan.h5 --emit pairs -q -o pairs.h5
dm-plot pairs.h5 --kind path -o pairs.svg
dm-ipf plan.h5 --emit pairs -q -o - | dm-plot - --kind coupling -o coupling.svg
grep -q '<image' coupling.svg
fails 65 dm-plot a.h5 --kind coupling -o x.png && says "dm-ipf --emit pairs"
fails 2 dm-plot bridge.json --time 1 -o x.png && says "have arrived"
fails 2 dm-plot oracle.json --kind quiver --time 0 -o x.png && says "no score"
fails 2 dm-plot oracle.json --direction backward -o x.png && says "transports"
fails 65 dm-plot bridge.json --kind density -o x.png && says "drift"
fails 65 dm-plot a.h5 --kind quiver -o x.png && says "rows"

# Rows as images.
dm-data make gaussian -n 20 --dim 12 -o g12.h5
dm-plot g12.h5 --shape 3x4 --across 5 -o images.png # the option names the kind
dm-plot g12.h5 --kind images --shape 2x2x3 --range=-3,3 --limit 6 -o images.pdf
fails 65 dm-plot g12.h5 --kind images --shape 3x5 -o x.png && says "takes 15 numbers, the rows have 12"
fails 2 dm-plot g12.h5 --kind images -o x.png && says "say --shape"

# Options of the kind that the data choose need not name it.
dm-data make gaussian -n 5001 --dim 3 -o many.h5
dm-plot many.h5 -o many.svg # a heat map
dm-plot many.h5 --limit 500 -o few.svg
grep -q '<image' many.svg
[[ $(<few.svg) != *'<image'* ]]
fails 2 dm-plot many.h5 many.h5 --kind corner --style heat -o x.png && says "one set"
dm-plot g4.h5 --coordinates 1,2 -o g4-two.png
dm-plot g4.h5 --kind corner --coordinates 1,2 -o g4-corner.png
same g4-two.png g4-corner.png
dm-plot a.h5 b.h5 --layout overlay -o overlay.png
dm-plot a.h5 --bins 100 -o bins.png
fails 65 dm-plot a.h5 --window 3 -o x.png && says "/loss record"
fails 2 dm-plot a.h5 --coordinates 1,2 -o x.png && says "belongs to --kind path, coupling, corner, and these data are drawn as scatter"

# Refusals, each before anything is written.
fails 2 dm-plot a.h5 -o moons.jpg && says "\.png, \.svg or \.pdf"
fails 2 dm-plot a.h5 -o moons && says "no suffix"
fails 2 dm-plot a.h5 && says "-o"
fails 2 dm-plot a.h5 --kind scater -o x.png && says "scatter"
fails 2 dm-plot a.h5 --kind scatter --bins 10 -o x.png && says "density"
fails 66 dm-plot nothing.h5 -o x.png && says "nothing.h5"
fails 65 dm-plot a.h5 g4.h5 -o x.png && says "'g4' has 4 columns"
fails 65 dm-plot g4.h5 --kind scatter -o x.png && says "expected 2"
fails 2 dm-plot a.h5 --kind density --style curve -o x.png && says "one column"
fails 65 dm-plot a.h5 --kind path -o x.png && says "/path/x"
fails 2 dm-plot a.h5 --xlim 3,1 -o x.png && says "lower first"
fails 2 dm-plot a.h5 --names p,q -o x.png && says "2 names for 1 input"
fails 2 dm-plot a.h5 --width .2 -o x.png && says "width"
fails 2 dm-plot a.h5 -o x.png --width .2 --dry-run && says "width"
fails 2 dm-plot a.h5 -o x.png --width 90 --dpi 1200 --dry-run && says "pixels"
fails 73 dm-plot a.h5 -o moons.png && says "exists"
dm-plot a.h5 -o moons.png --force
[[ ! -e x.png ]]
