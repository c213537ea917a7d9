#!/bin/bash
# The examples run as they stand, and what their expected.json says holds. About two minutes on two cores.
# shellcheck disable=SC2154
"$DM_ROOT/examples/moons/run.sh" "$PWD/moons"
[[ -s moons/moons.png && -s moons/loss.png ]]
"$DM_ROOT/examples/theory/run.sh" "$PWD/theory" >/dev/null
[[ -s theory/tv.png && -s theory/ula.h5 ]]
"$DM_ROOT/examples/ddim-tutorial/run.sh" "$PWD/ddim-tutorial" short >/dev/null # with trainings of 40 steps; its README's figures are those of the full form
[[ -s ddim-tutorial/ula.png && -s ddim-tutorial/table-exact.png ]]
"$DM_ROOT/examples/gaussian-bridge/run.sh" "$PWD/gaussian-bridge" >/dev/null
[[ -s gaussian-bridge/paths.png ]]
"$DM_ROOT/examples/moons-to-8gaussians/run.sh" "$PWD/moons-to-8gaussians" short >/dev/null
[[ -s moons-to-8gaussians/paths.png ]]
"$DM_ROOT/examples/populations/run.sh" "$PWD/populations" >/dev/null
[[ -s populations/paths.png && -s populations/day2.png ]]
"$DM_ROOT/examples/bod/run.sh" "$PWD/bod" short >/dev/null
[[ -s bod/posterior.png ]]
sed -E 's/"steps": [0-9]+/"steps": 40/; s/"n": [0-9]+/"n": 400/' "$DM_ROOT/examples/sweep/run.json" >sweep.json
SWEEP_SPEC=$PWD/sweep.json "$DM_ROOT/examples/sweep/run.sh" "$PWD/sweep" 2
[[ -s sweep/sweep.png ]]
need_shared data/earth/quakes_all.csv || exit 0
"$DM_ROOT/examples/quakes/run.sh" "$DM_SHARED/data/earth/quakes_all.csv" "$PWD/quakes"
[[ -s quakes/quakes.png ]]
