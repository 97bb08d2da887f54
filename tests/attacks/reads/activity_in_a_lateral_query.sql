-- Takes the column in a query beside it.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT x.y FROM pg_stat_activity a, LATERAL (SELECT a.query AS y) x;
