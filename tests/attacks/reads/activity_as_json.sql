-- Gives the whole row to a function.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT row_to_json(a) FROM pg_stat_activity a;
