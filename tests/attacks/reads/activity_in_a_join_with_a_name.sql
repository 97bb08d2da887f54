-- Gives a join a name and takes its rows whole.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT j::text FROM (pg_stat_activity a CROSS JOIN (SELECT 1 AS one) o) AS j;
