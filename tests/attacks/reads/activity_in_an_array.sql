-- Collects the rows in an array.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT array_agg(a)::text FROM pg_stat_activity a WHERE a.state = 'idle';
