#!/bin/sh
# Runs once, when the primary's database is made: a role that replicates, a rule that lets it in, and from
# the next start on a commit is told of when the standby has it as well. Not before: nobody follows yet.
set -eu

password=$(cat "${REPLICATION_PASSWORD_FILE:-/run/secrets/password}")
psql -v ON_ERROR_STOP=1 -v password="$password" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'password';
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby)';
SQL
echo 'host replication replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
