-- Rewrites an own table.
-- attack:
VACUUM FULL mallory_own;
CLUSTER mallory_own USING mallory_own_pkey;
CLUSTER;
VACUUM (FREEZE, ANALYZE) mallory_own (v);
