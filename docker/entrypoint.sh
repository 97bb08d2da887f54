#!/bin/sh
# Run pgtoll. A setting NAME may come from a file instead, as secrets do: PGTOLL_NAME_FILE=/path.
set -eu

for name in $(env | sed -n 's/^\(PGTOLL_[A-Z0-9_]*\)_FILE=.*/\1/p'); do
  eval "file=\$${name}_FILE"
  if [ ! -r "$file" ]; then
    echo "pgtoll: ${name}_FILE names a file that cannot be read: $file" >&2
    exit 2
  fi
  export "$name=$(cat "$file")"
  unset "${name}_FILE"
done

case "${1:-serve}" in
  setup) exec "$(dirname "$0")/setup.sh" ;;
  *) exec pgtoll "$@" ;;
esac
