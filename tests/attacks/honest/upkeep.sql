-- Vacuums, analyzes and reindexes an own table.
-- attack:
ANALYZE mallory_own;
VACUUM mallory_own;
REINDEX TABLE mallory_own;
CLUSTER mallory_own USING mallory_own_pkey;
