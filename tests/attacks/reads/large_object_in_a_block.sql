-- Reads a large object inside a DO block.
-- wants: read
-- attack:
DO $$ BEGIN RAISE NOTICE '%', (SELECT string_agg(convert_from(lo_get(oid), 'UTF8'), ',') FROM pg_largeobject_metadata); END $$;
