-- Copies the column to the client.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
COPY (SELECT query FROM pg_stat_activity) TO STDOUT;
