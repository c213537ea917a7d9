# shellcheck shell=bash
# A sample of campaign-hostile: damaged and hostile files end every command in a sentence.
need_oracles h5py || exit 0
program=$DM_ROOT/tests/campaigns/hostile.py
mkdir bombs mutants control
(cd bombs && /usr/bin/python3 "$program" bombs --wall 60)
(cd mutants && /usr/bin/python3 "$program" mutants --count 60 --wall 60)

# The harness itself: a command that dies of what it reads, and one that says nothing about it, are found.
mkdir broken
for name in dm-data dm-noise dm-train dm-dsbm dm-ipf dm-sample dm-eval dm-plot; do
  printf '#!/bin/bash\nfor w; do [[ $w == *mutant* && ! $w == */originals/* ]] && kill -SEGV $$; done\nexec %q "$@"\n' "$(command -v $name)" >broken/$name
done
chmod +x broken/*
if (cd control && PATH=$folder/broken:$PATH /usr/bin/python3 "$program" mutants --count 6 --wall 60) >found; then false; fi
grep -q 'died of signal 11' found
