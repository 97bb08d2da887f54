-- Calls a function on the whole row as if it were a column.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT a.row_to_json FROM pg_stat_activity a;
