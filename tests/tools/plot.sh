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

# Refusals, each before anything is written.
fails 2 dm-plot a.h5 -o moons.jpg && says "\.png, \.svg or \.pdf"
fails 2 dm-plot a.h5 -o moons && says "no suffix"
fails 2 dm-plot a.h5 && says "-o"
fails 2 dm-plot a.h5 --kind scater -o x.png && says "scatter"
fails 2 dm-plot a.h5 --bins 10 -o x.png && says "density"
fails 66 dm-plot nothing.h5 -o x.png && says "nothing.h5"
fails 65 dm-plot a.h5 g4.h5 -o x.png && says "'g4' has 4 columns"
fails 65 dm-plot g4.h5 --kind scatter -o x.png && says "expected 2"
fails 65 dm-plot a.h5 --kind path -o x.png && says "/path/x"
fails 78 dm-plot a.h5 --xlim 3,1 -o x.png && says "lower first"
fails 78 dm-plot a.h5 --names p,q -o x.png && says "2 names for 1 input"
fails 2 dm-plot a.h5 --width .2 -o x.png && says "width"
fails 73 dm-plot a.h5 -o moons.png && says "exists"
dm-plot a.h5 -o moons.png --force
[[ ! -e x.png ]]
