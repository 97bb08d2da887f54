-- Reads a large object that a licensed table refers to.
-- wants: read
-- shows: \x746f702d7365637265742d34373131
-- attack:
SELECT lo_get(oid) FROM pg_largeobject_metadata ORDER BY oid LIMIT 1;
