-- Describes constraints.
-- attack:
SELECT conname, contype, pg_catalog.pg_get_constraintdef(oid, true) FROM pg_catalog.pg_constraint WHERE conrelid = 'orders'::regclass ORDER BY 1;
