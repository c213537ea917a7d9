#!/bin/bash
# The main job end to end: make, noise, learn, sample, measure, draw; and what is promised about its bytes.
# shellcheck disable=SC2154
small=(--set network.width=32 --set network.layers=2 --batch 300)
quick=("${small[@]}" --steps 60)

dm-data make moons -n 2000 --seed 1 -o moons.h5
dm-data make moons -n 2000 --seed 3 -o test.h5

# The same bytes for every number of threads, in every command.
for threads in 1 2 5; do
  export OMP_NUM_THREADS=$threads
  dm-data make moons -n 2000 --seed 1 --no-provenance -o "data-$threads.h5"
  dm-noise moons.h5 --time 0.25,0.5,1 --no-provenance -o "noised-$threads.h5"
  dm-train moons.h5 --seed 1 -q --no-provenance "${quick[@]}" -o "model-$threads.h5"
  dm-sample "model-$threads.h5" -n 500 --seed 2 -q --no-provenance -o "samples-$threads.h5"
  dm-eval "samples-$threads.h5" test.h5 --metrics w1,w2,sw1,tv,mmd --json --no-provenance -q | sed 's/samples-[0-9]/samples/g' >"eval-$threads"
  dm-plot "samples-$threads.h5" test.h5 --names samples,test -o "plot-$threads.png"
done
unset OMP_NUM_THREADS
for threads in 2 5; do
  for what in data-?.h5 noised-?.h5 model-?.h5 samples-?.h5 eval-? plot-?.png; do same "${what/\?/1}" "${what/\?/$threads}"; done
done
dm-train moons.h5 --seed 2 -q --no-provenance "${quick[@]}" -o other.h5
differ model-1.h5 other.h5

# A pipe and a file give the same bytes.
dm-data make moons -n 500 --seed 4 --no-provenance -o - | dm-noise - --time 0.5 --no-provenance -o - >piped.h5
dm-data make moons -n 500 --seed 4 --no-provenance -o four.h5
dm-noise four.h5 --time 0.5 --no-provenance -o filed.h5
same piped.h5 filed.h5
dm-eval - test.h5 --metrics sw2 --json <piped.h5 | grep -q '"sw2":{"value":'

# Models and tables come through pipes as well as data, whatever the pipe is called.
dm-sample - -n 70 --seed 2 -q --no-provenance -o from-pipe.h5 <model-1.h5
dm-sample <(cat model-1.h5) -n 70 --seed 2 -q --no-provenance -o from-fd.h5
same from-pipe.h5 from-fd.h5
echo '{"density": {"type": "gaussian", "mean": [0]}}' | dm-sample - -n 5 -q -o oracle-draws.h5
dm-data export moons.h5 -o moons.csv
dm-data export moons.h5 -o moons.npy
for table in moons.csv moons.npy; do
  dm-noise - --time 0.5 --no-provenance -o - <"$table" | cmp - <(dm-noise "$table" --time 0.5 --no-provenance -o -)
  dm-train <(cat "$table") -q --set network.width=8 --set network.layers=1 --batch 10 --steps 2 -o - >/dev/null
  dm-eval - test.h5 --metrics sw2 --json <"$table" | grep -q '"sw2":{"value":'
  dm-plot - --names moons -q -f -o table.png <"$table"
  dm-data info - <"$table" | grep -q '2000 rows'
done
dm-plot - --names model -o loss.png <model-1.h5
mkfifo out
cat out >through-fifo.h5 &
timeout 20 dm-data make moons -n 2000 --seed 1 --no-provenance -o out
wait $!
same through-fifo.h5 data-1.h5

# Noising keeps what belongs to a row; times that are replaced or pooled are said.
printf 'x,y,w\n1,10,1\n2,20,3\n' >labelled.csv
dm-data import labelled.csv --x x --y y -o labelled.h5
dm-noise labelled.h5 --time 0,1 -o labelled-noised.h5
[[ $(dm-data export labelled-noised.h5 | cut -d, -f2) == $'y\n10\n20\n10\n20' ]]
dm-noise labelled-noised.h5 --time 0 -o again.h5 2>stderr
says 'times /t of .* are replaced'
dm-train labelled-noised.h5 --steps 1 --batch 2 -o pooled.h5 2>stderr
says 'several times /t; they are pooled'

# Row i does not depend on how many rows are asked for.
dm-sample model-1.h5 -n 70 --seed 2 -q -o few.h5
dm-data export few.h5 >few.csv
dm-data export samples-1.h5 | head -n 71 >many.csv
same few.csv many.csv

# Data times a power of two give samples times that power, bit for bit.
/usr/bin/awk 'BEGIN { OFMT = CONVFMT = "%.17g"; FS = OFS = "," } NR > 1 { $1 *= 8; $2 *= 8; $1 = $1 "" } { print }' <(dm-data export moons.h5) >scaled.csv
dm-train scaled.csv --seed 1 -q "${quick[@]}" -o scaled-model.h5
dm-sample scaled-model.h5 -n 70 --seed 2 -q -o scaled-samples.h5
/usr/bin/awk 'BEGIN { OFMT = CONVFMT = "%.17g"; FS = OFS = "," } NR > 1 { print $1 * 8, $2 * 8 }' few.csv >expected.csv
dm-data export scaled-samples.h5 | tail -n +2 | /usr/bin/awk 'BEGIN { OFMT = CONVFMT = "%.17g"; FS = OFS = "," } { print $1 * 1, $2 * 1 }' >found.csv
same expected.csv found.csv

# A training that is stopped and resumed ends in the bytes of the whole run; a complete one is left alone; another one's is refused.
long=("${small[@]}" --steps 4000 --seed 1 -q --no-provenance)
dm-train moons.h5 "${long[@]}" -o whole.h5
for signal in TERM USR1; do
  stopped "$signal" part.h5 dm-train moons.h5 "${long[@]}" -o part.h5 --resume
  says 'the same line with --resume continues'
  [[ ! -e part.h5 && -e part.h5.checkpoint ]]
  dm-train moons.h5 "${long[@]}" -o part.h5 --resume
  [[ ! -e part.h5.checkpoint ]]
  same part.h5 whole.h5
  dm-train moons.h5 "${long[@]}" -o part.h5 --resume
  fails 78 dm-train moons.h5 "${long[@]}" --rate 1e-3 -o part.h5 --resume
  says '^  /dm-train/rate: [0-9.e-]+ there, 0.001 here$'
  rm part.h5
done
for end in INT:130 HUP:129; do  # Ctrl-C, a closed terminal: a checkpoint, and the signal's own status
  dm-train moons.h5 "${small[@]}" --steps 1000000 --checkpoint 0 --resume -q -o int.h5 &
  pid=$!
  sleep 0.5
  kill -s "${end%:*}" $pid
  status=0
  wait $pid || status=$?
  [[ $status == "${end#*:}" && ! -e int.h5 && -e int.h5.checkpoint ]]
  rm int.h5.checkpoint
done
(trap '' HUP && exec dm-train moons.h5 "${small[@]}" --steps 20000 -q -o nohup.h5) & # what nohup does
pid=$!
until [[ -e .nohup.h5.dm-lock ]]; do sleep 0.02; done # it has begun
kill -s HUP $pid
wait $pid
[[ -e nohup.h5 ]]

# Once the work is done a signal ends the process, also where it waits for a reader that never comes.
mkfifo waiting
dm-data make moons -n 50 -o waiting &
pid=$!
sleep 0.5
kill -s TERM $pid
status=0
wait $pid || status=$?
[[ $status == 143 ]]

# The same line gives the same bytes stopped or not, provenance and all.
whole_line=(dm-train ../moons.h5 "${small[@]}" --steps 1500 --checkpoint 100 --seed 1 --resume -q -o model.h5)
mkdir straight twice
(cd straight && "${whole_line[@]}")
(cd twice && stopped USR1 model.h5 "${whole_line[@]}" && "${whole_line[@]}")
same straight/model.h5 twice/model.h5

# Into a pipe nothing can be resumed: a stop is no reason to queue the same line again.
fails 2 dm-train moons.h5 "${small[@]}" --resume -o - >/dev/null
says 'standard output has none'
status=0
timeout --preserve-status -s TERM 2 dm-train moons.h5 "${small[@]}" --steps 100000000 -q -o - >/dev/null || status=$?
[[ $status == 143 ]]

# A signal ends a long sampling within a tile of rows, not after all of them (which would take minutes).
echo '{"density": {"type": "gaussian", "mean": [0, 0]}}' >normal.json
for n in 1 2; do
  status=0
  OMP_NUM_THREADS=$n timeout --preserve-status -k 60 -s TERM 2 dm-sample normal.json -n 3000000 --steps 2000 -q -o long.h5 || status=$?
  [[ $status == 143 && ! -e long.h5 ]]
done

# A training that diverges says at which step, leaves the last finite state and says where.
fails 1 dm-train moons.h5 -q "${quick[@]}" --rate 1e30 --warmup 0 --clip 0 -o diverged.h5
says 'not finite at step [0-9]+ of 60'
says "'diverged.h5.checkpoint' holds the last finite state; --force, without --resume, begins anew"
[[ -e diverged.h5.checkpoint && ! -e diverged.h5 ]]
dm-train moons.h5 -q "${quick[@]}" --force -o diverged.h5
[[ -e diverged.h5 && ! -e diverged.h5.checkpoint ]]

fails 66 dm-data info /dev/zero
says 'is a device'

# Oracles stand where models stand; a model brings its own process.
echo '{"density": {"type": "gaussian_mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [2, 1]], "covariances": [0.1, [[0.2, 0.1], [0.1, 0.2]]]}}' >oracle.json
dm-sample oracle.json -n 1000 --process ve --sampler ddim --eta 1 --steps 100 -q -o exact.h5
fails 2 dm-sample model-1.h5 --process vp -o no.h5
fails 2 dm-sample oracle.json --params live -o no.h5
fails 2 dm-sample oracle.json -n 0 -o no.h5
fails 2 dm-sample oracle.json --process ddpm --steps 2000 -o no.h5
dm-sample model-1.h5 -n 20 --path --steps 5 -q -o path.h5
dm-plot path.h5 -o path.svg
dm-plot model-1.h5 -o loss.pdf
