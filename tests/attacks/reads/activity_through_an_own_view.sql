-- Makes a view that calls the column something harmless.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
CREATE VIEW seen AS SELECT query AS state FROM pg_stat_activity;
SELECT state FROM seen;
