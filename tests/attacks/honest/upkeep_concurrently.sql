-- Makes, makes anew and drops an index while others work.
-- attack:
CREATE INDEX CONCURRENTLY mallory_v ON mallory_own (v, lower(v)) WHERE id > 0;
REINDEX INDEX CONCURRENTLY mallory_v;
REINDEX TABLE CONCURRENTLY mallory_own;
DROP INDEX CONCURRENTLY mallory_v;
