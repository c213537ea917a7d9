#!/bin/bash
# The examples run as they stand, and what their expected.json says holds. About a minute on two cores.
# shellcheck disable=SC2154
"$DM_ROOT/examples/moons/run.sh" "$PWD/moons"
[[ -s moons/moons.png && -s moons/loss.png ]]
"$DM_ROOT/examples/theory/run.sh" "$PWD/theory" >/dev/null
[[ -s theory/tv.png && -s theory/ula.h5 ]]
need_shared data/earth/quakes_all.csv || exit 0
"$DM_ROOT/examples/quakes/run.sh" "$DM_SHARED/data/earth/quakes_all.csv" "$PWD/quakes"
[[ -s quakes/quakes.png ]]
