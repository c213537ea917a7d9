#!/bin/bash
# deb.sh BUILD: writes the Debian packages BUILD/dmkit_VERSION_amd64.deb and libdmkit-dev, holds them to lintian, and installs and removes them in
# a root of their own. Same sources, same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
deb=$build/deb
cmake/packages.sh deb
cmake/configure.sh "$deb" -DCMAKE_INSTALL_PREFIX=/usr -DDM_TESTS=OFF # the prefix decides where libraries go
cmake --build "$deb" --target commands pages dmkit
rm -f "$deb"/*.deb
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
(cd "$deb" && cpack >log) || { cat "$deb/log"; exit 1; }
tests/deb.sh "$deb"/*.deb
mv "$deb"/*.deb "$build"
ls -l "$build"/*.deb
