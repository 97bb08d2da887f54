-- Asks for the statement of each session.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT pg_stat_get_backend_activity(n) FROM pg_stat_get_backend_idset() n;
