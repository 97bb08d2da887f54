#!/bin/sh
# Create or upgrade schema pgtoll, then upload the signed files of a directory. Safe to repeat.
set -eu

pgtoll init --server "$PGTOLL_SERVER"

files=${PGTOLL_UPLOAD:-/licenses}
# Products come before the licenses that name them.
for kind in product lic revocation; do
  for file in "$files"/*."$kind"; do
    [ ! -e "$file" ] || pgtoll license upload "$file"
  done
done
