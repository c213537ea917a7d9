#!/bin/bash
# deb.sh PACKAGE...: holds Debian packages to lintian, installs them into a root of their own beside a copy of this system's list of packages (so
# their dependencies are checked), runs a command, removes them, and looks for what is left.
set -euo pipefail
packages=()
for package in "$@"; do packages+=("$(realpath "$package")"); done
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-deb-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"

root=()
[[ $(id -u) == 0 ]] && root=(--allow-root)
lintian "${root[@]}" --fail-on error,warning "${packages[@]}"

mkdir -p root/var/lib/dpkg/{info,updates,triggers}
cp /var/lib/dpkg/status root/var/lib/dpkg/status
names=()
for package in "${packages[@]}"; do names+=("$(dpkg-deb -f "$package" Package)"); done
d() { dpkg --root="$folder/root" --force-not-root,script-chrootless --log=/dev/null "$@" 2>&1 | grep -vE 'files list file for package|^$' || [[ ${PIPESTATUS[0]} == 0 ]]; }
d -i "${packages[@]}" >log || { cat log; exit 1; }
[[ $(root/usr/bin/dm-data --version) == dm-data\ * ]]
root/usr/bin/dm-data make moons -n 10 -o - | root/usr/bin/dm-data info - >/dev/null
man -l root/usr/share/man/man1/dm-eval.1.gz 2>/dev/null | grep -q 'dm-eval' || { echo 'deb: the man page of dm-eval cannot be read'; exit 1; }
installed=$(find root/usr -type f | wc -l)
d -P "${names[@]}" >log || { cat log; exit 1; }
left=$(find root -mindepth 1 -not -path 'root/var*' -not -path root/usr)
[[ -z $left ]] || { echo "deb: left behind: $left"; exit 1; }
echo "deb: ${names[*]}: lintian is silent; $installed files installed and removed"
