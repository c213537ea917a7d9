#!/bin/bash
# dist.sh BUILD: writes BUILD/dmkit-VERSION-linux-LEVEL.tar.xz, the commands linked statically with everything that belongs to them, for machines
# where nothing can be installed; and BUILD/dmkit-VERSION.tar.xz, the sources of the last commit. Same sources, same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
static=$build/static

cmake/configure.sh "$static" -DDM_STATIC=ON -DDM_TESTS=OFF
# The linker warns of calls by which libcrypto would look up hosts and libhdf5 load plugins; neither is reached here.
cmake --build "$static" --target commands pages 2>&1 | sed -E '/statically linked applications|: in function/d'
cached() { sed -n "s/^$1:[A-Z]*=//p" "$static/CMakeCache.txt"; }
version=$(cached CMAKE_PROJECT_VERSION)
name=dmkit-$version-linux-$(cached DM_MARCH)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

rm -rf "${static:?}/$name"
cmake --install "$static" --component commands --strip --prefix "$static/$name" >/dev/null
find "$static/$name" -type d -exec chmod 755 {} +
tar -C "$static" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -c "$name" | xz -9 -T1 >"$build/$name.tar.xz"
git archive --prefix="dmkit-$version/" HEAD | xz -9 -T1 >"$build/dmkit-$version.tar.xz"
tests/dist.sh "$build/$name.tar.xz" "$build/bin"
ls -l "$build/$name.tar.xz" "$build/dmkit-$version.tar.xz"
