#!/bin/sh
# Runs once, when the primary's database is made: a role that replicates, and a rule that lets it in.
set -eu

password=$(cat "${REPLICATION_PASSWORD_FILE:-/run/secrets/password}")
psql -v ON_ERROR_STOP=1 -v password="$password" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'password';
SQL
echo 'host replication replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
