#!/bin/bash
# wide.sh ARCHIVE...: sources named *_avx512.cpp are compiled for more than the build's processor level. Whatever the linker may share of them with
# other sources would be entered on processors that lack it, so every symbol that such a source defines must be its own (512 is in its name).
set -euo pipefail
mapfile -t symbols < <(nm -A -C --defined-only "$@" | sed -n 's/.*_avx512\.cpp\.o:[0-9a-f]* [TWVuDRB] //p')
shared=$(printf '%s\n' "${symbols[@]}" | grep -v 512 || true)
[[ -z $shared ]] || { echo "wide: compiled for AVX-512, and may be shared with other sources: $shared"; exit 1; }
((${#symbols[@]} > 0)) || { echo "wide: no symbol was looked at"; exit 1; }
echo "wide: ${#symbols[@]} symbols, all their own"
