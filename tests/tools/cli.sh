# shellcheck shell=bash
# The shell around every command: help, version, exit codes, streams, signals, reproducibility of printed specs.
dm-data make moons -n 200 --seed 1 -o moons.h5 -q

for path in "$(dirname "$(command -v dm-data)")"/dm-*; do
  name=${path##*/}
  "$path" --help >help
  grep -q '^Examples' help
  [[ $("$path" --version) =~ ^"$name "[0-9]+\.[0-9]+\.[0-9]+" (git "[^,]+", gcc "[^,]+", x86-64"[^,]*", HDF5 "[0-9.]+\)$ ]]
  fails 2 "$path"
  says "^$name - "
  fails 2 "$path" --no-such-flag
  says Usage
  "$path" --help | tr -s ' \n' ' ' >help
  if [[ $name != dm-data ]]; then # has verbs, each with a help of its own
    [[ $(cat help) =~ for\ instance\ ([^\;]+)\; ]]
    curve=()
    [[ $name == dm-theory ]] && curve=(tv)
    "$path" "${curve[@]}" --print-spec --set "${BASH_REMATCH[1]}" >spec.json # --set takes its own example
  fi
  for form in json man bash md schema; do "$path" --dm-describe=$form >"face.$form"; done
  bash -n face.bash
  if need_oracles jsonschema; then
    /usr/bin/python3 -c 'import json, jsonschema; jsonschema.Draft7Validator.check_schema(json.load(open("face.schema"))); json.load(open("face.json"))'
  fi
done

# Usage errors show the correct form beside the given one and name near misses.
fails 2 dm-data make moons --nosie .1 -n 010 -o x.h5
says "'--nosie' is no option of this command. Did you mean '--noise'"
says 'found "010", expected integer'
says '^Usage: dm-data make'
says '^Yours: dm-data make moons --nosie .1 -n 010 -o x.h5'
fails 2 dm-data mkae moons
says "Did you mean 'make'"
fails 2 dm-data make mons -o x.h5
says "Did you mean 'moons'"
dm-data make --help >help && grep -q -- --noise help
dm-data make moons -o x.h5 --no-such-flag --help >help && grep -q Examples help # help anywhere wins
[[ ! -e x.h5 ]]

# The environment is read as strictly.
fails 2 env OMP_NUM_THREADS=abc dm-data make moons -o x.h5
says 'OMP_NUM_THREADS: found "abc", expected integer'
fails 2 env OMP_NUM_THREADS=0 dm-data make moons -o x.h5
OMP_NUM_THREADS=2,1 dm-data make moons -q -o x.h5
rm x.h5

# Files.
fails 66 dm-noise missing.h5 -o x.h5
fails 73 dm-data make moons -o moons.h5
says 'exists'
fails 73 dm-data make moons -o nowhere/x.h5
fails 2 dm-noise moons.h5 -f -o moons.h5
cp moons.h5 before.h5
dm-data make moons -n 200 --seed 1 -o moons.h5 -qf --no-provenance
dm-data make moons -n 200 --seed 1 -o - -q --no-provenance | cat >piped.h5
same moons.h5 piped.h5
differ moons.h5 before.h5
echo '{}' >not.h5
fails 65 dm-noise not.h5 -o x.h5

# Specs: what is printed gives the same again; a run has one section per step; mistakes come together.
dm-train --print-spec --set network.width=128 --set network.type=residual-mlp | grep -q '"width": 128' # a method is chosen before its options, in any order
echo '{"dm-train": {"network": {"type": "residual-mlp", "width": 64}}}' >wide.json
fails 0 dm-train --print-spec --spec wide.json --network residual-mlp >spec.json
[[ $(<spec.json) == *'"width": 64'* && ! -s stderr ]]
fails 0 dm-train --print-spec --spec wide.json --network mlp >spec.json
says '^dm-train: the network is mlp in the place of residual-mlp, and what was set of that is dropped: width 64$'
fails 0 dm-noise --print-spec --spec wide.json >spec.json
says "^dm-noise: 'wide.json' has no section 'dm-noise'; the defaults are taken$"
fails 0 dm-noise --print-spec --spec wide.json -q >spec.json
[[ ! -s stderr ]]
dm-noise --print-spec --process ve --sigma-max 10 --seed 5 --time .25,1 >spec.json
dm-noise --print-spec --spec spec.json >again.json
same spec.json again.json
dm-noise moons.h5 -q --no-provenance --process ve --sigma-max 10 --seed 5 --time .25,1 -o a.h5
dm-noise moons.h5 -q --no-provenance --spec spec.json -o b.h5
same a.h5 b.h5
dm-noise moons.h5 -q --no-provenance --spec - -o c.h5 <spec.json
same a.h5 c.h5
echo '{"seed": 4, "dm-noise": {"time": [0.5]}, "dm-noise:late": {"time": [1]}}' >run.json
dm-noise moons.h5 -q --spec run.json -o d.h5
dm-noise moons.h5 -q --spec run.json#late -o e.h5
fails 78 dm-noise moons.h5 --spec run.json#lat -o f.h5
says "Did you mean 'late'"
echo '{"dm-noise": {"tiem": 1, "process": {"type": "vpp"}}}' >bad.json
fails 78 dm-noise moons.h5 --spec bad.json -o f.h5
says "/dm-noise/tiem: unknown key. Did you mean 'time'"
says '/dm-noise/process/type: found "vpp"'
echo '{"dm-noise": {}, "dm-noies": {}}' >bad.json
fails 78 dm-noise moons.h5 --spec bad.json -o f.h5
echo '{"dm-noise": {}, "dm-noise": {}}' >bad.json
fails 78 dm-noise moons.h5 --spec bad.json -o f.h5
fails 66 dm-noise moons.h5 --spec none.json -o f.h5

# Streams: an answer that cannot be written is an error, a closed reader ends the writer quietly.
fails 74 bash -c 'dm-data make --help >/dev/full'
fails 74 bash -c 'dm-data make moons -n 5000 -q -o - >/dev/full'
status=0
(set +o pipefail; dm-data make moons -n 200000 -q -o - || echo $? >code) | head -c 10 >/dev/null || status=$?
[[ $status == 0 && $(cat code) =~ ^(141|74)$ ]]

# Signals: Ctrl-C and SIGTERM leave no output and no temporary file, and the status tells the signal.
for signal in INT TERM; do
  expected=$((128 + $(kill -l $signal)))
  code=0
  # an interactive Ctrl-C reaches a process that does not ignore SIGINT, as background jobs of scripts do
  timeout --preserve-status -s $signal .7 dm-train moons.h5 --steps 100000000 -q -o never.h5 2>stderr || code=$?
  [[ $code == "$expected" || ($signal == TERM && $code == 75) ]]
  [[ ! -e never.h5 ]]
  if compgen -G '.never.h5*' || compgen -G '.*.tmp'; then false; fi
  rm -f never.h5.checkpoint
done

# The harness itself: a failing line fails the test.
printf 'true\nfails 0 false\ntrue\n' >red.sh
fails 1 "$DM_ROOT/tests/tools/harness.sh" red.sh
printf 'true | false | true\n' >red.sh
fails 1 "$DM_ROOT/tests/tools/harness.sh" red.sh
printf 'fails 1 false\n' >red.sh # an error without a sentence
fails 1 "$DM_ROOT/tests/tools/harness.sh" red.sh
