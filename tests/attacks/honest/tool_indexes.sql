-- Describes indexes.
-- attack:
SELECT c.relname, i.indisprimary, pg_catalog.pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'customer'::regclass ORDER BY 1;
SELECT indexdef FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1;
