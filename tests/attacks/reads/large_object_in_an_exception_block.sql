-- Reads a large object inside an exception block that is rolled back.
-- wants: read
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN x := (SELECT string_agg(convert_from(lo_get(oid), 'UTF8'), ',') FROM pg_largeobject_metadata);
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
