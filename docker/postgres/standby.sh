#!/bin/sh
# Run a standby: the first time it is copied from the primary; from then on it follows whoever that is.
set -eu

umask 077
PGPASSFILE=${TMPDIR:-/tmp}/pgpass
export PGPASSFILE
printf '*:*:*:replicator:%s\n' "$(cat "${REPLICATION_PASSWORD_FILE:-/run/secrets/password}")" >"$PGPASSFILE"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  from="host=${PRIMARY:-primary} port=${PRIMARY_PORT:-5432} user=replicator application_name=standby passfile=$PGPASSFILE"
  until pg_basebackup -d "$from" -D "$PGDATA" -R -X stream -c fast; do
    rm -rf "${PGDATA:?}"/*
    sleep 1
  done
fi
exec postgres "$@"
