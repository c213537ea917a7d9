#!/bin/bash
# Damaged and hostile files through every command that reads them: no signal, no status but 0, 1, 2, 65, 66, 74 and 78, a sentence that names the file, nothing left
# behind. Mutants (bits, bytes, cuts, swaps; shapes, types, values, links and attributes of HDF5 in its new and its oldest format; JSON, CSV and .npy) within 10 s and
# 1 GiB each, bombs (small files that ask for much) within a second of CPU and 200 MiB. hostile.py says which there are, and makes mutant number K again.
# hostile.sh BIN [RESULT]: writes RESULT (default: hostile.tsv beside this script) and prints it; the status is 1 where anything fails. About two minutes on two cores.
# DM_SEED (1) and DM_MUTANTS (2000) choose others.
# shellcheck source=tests/campaigns/lib.sh
. "$(dirname "$0")/lib.sh"
"$here/../../cmake/packages.sh" oracles
seed=${DM_SEED:-1} count=${DM_MUTANTS:-2000}

failed=0
for what in "mutants --seed $seed --count $count --jobs ${DM_JOBS:-2}" bombs; do
  mkdir "$folder/${what%% *}"
  # shellcheck disable=SC2086
  (cd "$folder/${what%% *}" && /usr/bin/python3 "$here/hostile.py" $what) >>lines || failed=1
done
{
  echo "# command: make campaign-hostile"
  echo "# version: $(dm-data --version)"
  echo "# seed: $seed"
  echo "# wall time: $((SECONDS - start)) s"
  echo "# what, number, failed, mutants of each kind, status:number, longest (mutants: wall, bombs: CPU; seconds), most memory (MiB)"
  cat lines
} >"$result"
cat "$result"
exit $failed
