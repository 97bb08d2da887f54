-- Makes an error say the statement.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT query::int FROM pg_stat_activity WHERE usename = 'alice' AND query LIKE 'SELECT %';
