-- Spells the column by escapes.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
-- as: owner
SELECT 'top-secret-4711 was typed';
-- session: first
SELECT U&"\0071uery" FROM pg_stat_activity;
