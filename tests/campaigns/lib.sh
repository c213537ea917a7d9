# shellcheck shell=bash disable=SC2034
# What every campaign opens with, CAMPAIGN.sh BIN [RESULT]: the commands of BIN first in PATH, RESULT (default: CAMPAIGN.tsv beside the script) as an
# absolute path, and a temporary folder to work in, which is removed at the end. The caller's own folder is $OLDPWD.
set -euo pipefail
export LC_ALL=C
PATH=$(cd "$1" && pwd):$PATH
here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$0" .sh)
result=$(realpath -m "${2:-$here/$name.tsv}")
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-$name-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
start=$SECONDS
