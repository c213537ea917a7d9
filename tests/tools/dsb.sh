# dm-ipf's learners from the shell: dsb both ways, stopping and resuming anywhere, conditions (cdsb, cdsb-c, forward and back), refusals.
dm-data make moons -n 400 --seed 1 -o a.h5
dm-data make 8gaussians -n 300 --seed 2 -o b.h5
dm-data make moons -n 50 --seed 3 -o a_test.h5
cat >normal.json <<'J'
{"density": {"type": "gaussian", "mean": [0, 0], "covariance": 1}}
J
small=(--set method.network.width=16 --set method.network.layers=1 --batch 64 --steps 60 --refresh 25 --cache 100 --simulation-steps 8 --half-iterations 3)

dm-ipf a.h5 b.h5 --method dsb --sigma 1 "${small[@]}" --json -q -o bridge.h5 >report.json
grep -q '"status":"learned"' report.json
fails 2 dm-ipf a.h5 b.h5 --method dsb --strict -o x.h5
says 'strict judges before anything is written, and the method dsb'
dm-sample bridge.h5 --from a_test.h5 --steps 8 -q -o moved.h5
dm-sample bridge.h5 --from a_test.h5 --time 0.5 -q -o mid.h5
dm-sample bridge.h5 --from b.h5 --direction backward --sampler heun -q -o back.h5
[[ $(dm-data export moved.h5 | wc -l) == 51 ]]
dm-ipf a.h5 normal.json --method dsb --target increment --fresh --set reference.type=ou "${small[@]}" -q -o ou.h5
dm-sample ou.h5 -n 20 --direction backward -q -o drawn.h5 # the second set is a law: rows are drawn from it

# Threads, and a stop inside any half-iteration, leave the bytes as they are.
long=(dm-ipf a.h5 b.h5 --method dsb --sigma 1 --set method.network.width=64 --batch 256 --half-iterations 3 --steps 300 --refresh 110 --cache 200 --simulation-steps 10 --no-provenance -q)
"${long[@]}" -o whole.h5
OMP_NUM_THREADS=3 "${long[@]}" -o threads.h5
same whole.h5 threads.h5
resumes whole.h5 "100 350 700" "${long[@]}"
"${long[@]}" --resume -o whole.h5
fails 78 "${long[@]}" --resume --seed 2 -o whole.h5
says 'another run'

# Conditions: /y of the first set stays with its row. cdsb to a law, cdsb-c to the one that it fits, both from draws of it.
dm-data make two_moons -n 300 --seed 4 -o joint.h5
printf '0.1,0.2\n0.3,-0.1\n' >obs.csv
dm-ipf joint.h5 normal.json --method cdsb "${small[@]}" -q -o told.h5
own=(dm-ipf joint.h5 --method cdsb-c --features polynomial --degree 2 "${small[@]/#60/1500}" --no-provenance -q) # long enough for a signal to meet it
"${own[@]}" -o own.h5
dm-sample told.h5 --direction backward --y obs.csv -n 30 -q -o posterior.h5
dm-sample own.h5 --direction backward --y obs.csv -n 30 --no-provenance -q -o posterior-c.h5
[[ $(dm-data export posterior-c.h5 | wc -l) == 61 ]]
OMP_NUM_THREADS=3 dm-sample own.h5 --direction backward --y obs.csv -n 30 --no-provenance -q -o three.h5
same posterior-c.h5 three.h5
stopped TERM again.h5 "${own[@]}" --checkpoint 70 --resume -o again.h5
"${own[@]}" --checkpoint 70 --resume -o again.h5
same own.h5 again.h5
# forward with their own y, and back with the one that was observed (CDSB-FB)
printf '0.1,0.2\n' >one.csv
dm-sample told.h5 --from joint.h5 -q -o there.h5
dm-sample told.h5 --from there.h5 --direction backward --y one.csv -q -o fb.h5
[[ $(dm-data export fb.h5 | wc -l) == 301 ]]
fails 2 dm-sample told.h5 --direction backward -n 5 -q -o x.h5
says 'give the observations with --y'
dm-ipf joint.h5 normal.json --method dsb "${small[@]}" -o untold.h5 2>note # of x alone
grep -q 'condition /y .* is not used' note

fails 65 dm-ipf a.h5 b.h5 --method cdsb "${small[@]}" -q -o x.h5
says 'the first set has no /y'
fails 65 dm-ipf joint.h5 joint.h5 --method cdsb "${small[@]}" -q -o x.h5
says 'both sets carry a condition'
fails 2 dm-ipf joint.h5 normal.json --method cdsb-c "${small[@]}" -q -o x.h5
says 'name that one alone'
fails 2 dm-ipf a.h5 --method dsb "${small[@]}" -q -o x.h5
says 'name the second'
fails 2 dm-ipf a.h5 b.h5 --method dsb --emit map -q -o x.h5
says 'move rows with dm-sample'
fails 2 dm-ipf a.h5 b.h5 --method dsb --start bridge.h5 -q -o x.h5
says 'starts from the reference'
fails 2 dm-ipf a.h5 b.h5 --resume -q -o x.h5
says '--resume continues a training'
