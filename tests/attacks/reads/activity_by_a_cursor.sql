-- Reads the column by a cursor.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
BEGIN;
DECLARE c CURSOR FOR SELECT query FROM pg_stat_activity;
FETCH ALL FROM c;
COMMIT;
