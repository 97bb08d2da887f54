-- Reads what another user runs, with the right to see it.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT query FROM pg_stat_activity;
