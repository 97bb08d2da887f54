-- Reads all columns by TABLE.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
TABLE pg_catalog.pg_stat_activity;
