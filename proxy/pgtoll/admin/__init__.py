"""The administrator's console over the wire: `psql -d pgtoll`, as PgBouncer's users know it."""
